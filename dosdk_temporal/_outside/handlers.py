"""Outside: running a handler where it harms nobody: async ones on a loop of their own, plain ones on threads of their own.

An async handler that blocks stalls its own loop, not the worker's: tasks are still fetched and heartbeats still sent.
"""

from __future__ import annotations

import asyncio
import contextvars
import ctypes
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from typing import Any, Final

__all__ = ["HandlerThreads", "Running"]

_CLEAN_UP: Final = 2.0
"""Seconds a cancelled handler has for its ``finally`` blocks before the attempt is reported without it."""


class Running:
    """A handler that is running elsewhere.

    Attributes:
        future: its outcome, awaitable on the worker's loop.
    """

    def __init__(self, future: asyncio.Future[Any], cancel: Callable[[], object]) -> None:
        self.future = future
        self._cancel = cancel

    async def wait(self, limit: float | None) -> bool:
        """Whether it ended within ``limit`` seconds; it goes on where it did not."""
        done, _ = await asyncio.wait({self.future}, timeout=limit)
        return bool(done)

    async def cancel(self) -> None:
        """Cancel it and give it a moment for its ``finally`` blocks."""
        self._cancel()
        await self.wait(_CLEAN_UP)
        self.future.add_done_callback(_look)


class HandlerThreads:
    """The loop and the threads of one worker's handlers.

    Args:
        threads: how many plain handlers run at once.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="dosdk-handler")

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        """The loop of async handlers, running from the first one on."""
        loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=loop.run_forever, name="dosdk-handlers", daemon=True)
        self._thread.start()
        return loop

    def start(self, handler: Callable[..., Any], arguments: dict[str, Any], *, is_async: bool) -> Running:
        """Start a handler in a copy of the current context."""
        if is_async:
            call_on_loop = _LoopCall(self._loop, handler, arguments)
            return Running(call_on_loop.future, call_on_loop.cancel)
        call = _ThreadCall(contextvars.copy_context(), handler, arguments)
        return Running(asyncio.wrap_future(self._pool.submit(call)), call.cancel)

    def close(self) -> None:
        """Stop the loop and take no more calls; what blocks a thread for ever is left to end with the process."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if "_loop" not in self.__dict__:
            return
        asyncio.run_coroutine_threadsafe(_cancel_all(), self._loop).add_done_callback(
            lambda _: self._loop.call_soon_threadsafe(self._loop.stop)
        )
        self._thread.join(_CLEAN_UP)
        if not self._thread.is_alive():
            self._loop.close()


class _LoopCall:
    """An async handler's call on the handlers' loop, its outcome handed to the loop that waits for it.

    What ``asyncio.run_coroutine_threadsafe`` and ``asyncio.wrap_future`` do together, without the two futures and the lock
    between them; and no exception leaves the handlers' loop, whatever its class, or ``sys.exit`` in a handler would end it.

    Attributes:
        future: the outcome, on the loop that was running when the call was made.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, handler: Callable[..., Any], arguments: dict[str, Any]) -> None:
        self._loop, self._home = loop, asyncio.get_running_loop()
        self._handler, self._arguments = handler, arguments
        self._task: asyncio.Task[None] | None = None
        self.future: asyncio.Future[Any] = self._home.create_future()
        loop.call_soon_threadsafe(self._begin)

    def cancel(self) -> None:
        """Cancel the handler; one that has not begun never does."""
        self._loop.call_soon_threadsafe(self._cancel)

    def _begin(self) -> None:
        self._task = self._loop.create_task(self._run())

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        outcome, error = None, None
        try:
            outcome = await self._handler(**self._arguments)
        except BaseException as raised:  # noqa: BLE001 - told to the caller, like any other
            error = raised
        with suppress(RuntimeError):  # the loop that waited is closed: nobody is left to be told
            self._home.call_soon_threadsafe(self._end, outcome, error)

    def _end(self, outcome: Any, error: BaseException | None) -> None:
        if self.future.done():
            return
        if isinstance(error, asyncio.CancelledError):
            self.future.cancel()
        elif error is not None:
            self.future.set_exception(error if isinstance(error, Exception) else RuntimeError(repr(error)))
        else:
            self.future.set_result(outcome)


class _ThreadCall:
    """A plain handler's call, that can be cancelled from another thread."""

    def __init__(self, context: contextvars.Context, handler: Callable[..., Any], arguments: dict[str, Any]) -> None:
        self._context, self._handler, self._arguments = context, handler, arguments
        self._lock = threading.Lock()
        self._thread: int | None = None
        self._cancelled = False

    def __call__(self) -> Any:
        with self._lock:
            if self._cancelled:
                raise asyncio.CancelledError
            self._thread = threading.get_ident()
        try:
            return self._context.run(self._handler, **self._arguments)
        except (
            StopIteration,
            SystemExit,
            KeyboardInterrupt,
        ) as error:  # no future takes the one, the others end a loop
            raise RuntimeError(repr(error)) from error
        finally:
            with self._lock:
                self._thread = None

    def cancel(self) -> None:
        """Raise ``CancelledError`` in the handler's thread at its next Python instruction; one long C call is not cut."""
        with self._lock:
            self._cancelled = True
            if self._thread is not None:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self._thread), ctypes.py_object(asyncio.CancelledError)
                )


async def _cancel_all() -> None:
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=_CLEAN_UP) if tasks else None


def _look(future: Future[Any] | asyncio.Future[Any]) -> None:
    """Take the exception of an abandoned future, or Python reports that nobody did."""
    if not future.cancelled():
        future.exception()
