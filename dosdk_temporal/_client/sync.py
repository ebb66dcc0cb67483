"""Outside: every call of a client, for synchronous code.

The calls run on an event loop in a thread of their own, so that they work where another loop is running already, as in a
notebook.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any

from dosdk_temporal._pure.place import current_place

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["SyncDo"]


class _LoopThread:
    """An event loop that runs in the background for as long as the program."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="dosdk-sync", daemon=True).start()

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run to the end; Ctrl-C cancels it."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise


class _Mirror:
    """An object whose awaitable answers are waited for."""

    def __init__(self, target: Any, thread: _LoopThread) -> None:
        self.__dict__.update(_target=target, _thread=thread)

    def __repr__(self) -> str:
        return f"<sync {self._target!r}>"

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        return self._mirrored(value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._waited_for(self._target)(*args, **kwargs)

    def _mirrored(self, value: Any) -> Any:
        if _is_ours(value):
            return _Mirror(value, self._thread)
        return self._waited_for(value) if callable(value) else value

    def _waited_for(self, value: Any) -> Any:
        """What is called, with its awaitable answer awaited."""

        @wraps(value)
        def call(*args: Any, **kwargs: Any) -> Any:
            place = current_place()
            if place is not None:
                place.refuse("use do.sync")
            plain = [arg._target if isinstance(arg, _Mirror) else arg for arg in args]  # noqa: SLF001 - its own class
            answer = value(*plain, **kwargs)
            if inspect.iscoroutine(answer):
                answer = self._thread.run(answer)
            return _Mirror(answer, self._thread) if _is_ours(answer) else answer

        return call


class SyncDo(_Mirror):
    """``do.sync``: ``do.sync.action.run(...)`` gives what ``await do.action.run(...)`` gives."""

    def __init__(self, do: Do) -> None:
        super().__init__(do, _LoopThread())


def _is_ours(value: Any) -> bool:
    """Whether a value has calls of its own to mirror: the SDK's handles, not its records."""
    return type(value).__module__.startswith("dosdk_temporal._client.") and not isinstance(value, _Mirror)
