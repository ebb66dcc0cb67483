"""Pure: the calls that a workflow's handler makes. One that it does not await does nothing, and is not to be lost in silence."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

from dosdk_temporal._pure.option_names import refuse_arguments
from dosdk_temporal.errors import DefinitionError

__all__ = ["all_awaited", "to_be_awaited"]

T = TypeVar("T")

_AT_ONCE: Final = 64
"""Calls that are kept before those that were begun are forgotten; a handler may make any number."""

_NAMED: Final = 5
"""Calls that a message names."""


@dataclass(frozen=True)
class _Call:
    """One call, as the handler made it."""

    coroutine: Coroutine[Any, Any, Any]
    spelling: str
    file: str
    line: int

    @property
    def was_begun(self) -> bool:
        return inspect.getcoroutinestate(self.coroutine) != inspect.CORO_CREATED

    def __str__(self) -> str:
        return f"{self.spelling} in {Path(self.file).name}, line {self.line}"


class _Calls:
    """Those of one handler that it may still have to await."""

    def __init__(self) -> None:
        self._made: list[_Call] = []
        self._kept = _AT_ONCE

    def note(self, call: _Call) -> None:
        if len(self._made) >= self._kept:
            self._made = [one for one in self._made if not one.was_begun]
            self._kept = max(_AT_ONCE, 2 * len(self._made))
        self._made.append(call)

    def forgotten(self) -> list[_Call]:
        """What was neither awaited nor given to a task."""
        left = [one for one in self._made if not one.was_begun]
        given = {id(task.get_coro()) for task in asyncio.all_tasks()} if left else set()
        return [one for one in left if id(one.coroutine) not in given]


_CALLS: Final[ContextVar[_Calls | None]] = ContextVar("dosdk_calls", default=None)


@contextmanager
def all_awaited(owner: str, *, may_refuse: Callable[[], bool]) -> Iterator[None]:
    """While a handler runs, keep what it calls; at its end refuse what was never awaited.

    Where the handler raises, that error is the one that counts.

    Args:
        owner: whose handler it is, for the message.
        may_refuse: asked where something was not awaited; a run from before this was refused goes on to its end.

    Raises:
        DefinitionError: naming the calls and their lines.
    """
    calls = _Calls()
    _CALLS.set(calls)
    try:
        yield
    except (Exception, asyncio.CancelledError):
        _close(calls.forgotten())
        raise
    if forgotten := calls.forgotten():
        _close(forgotten)
        if may_refuse():
            named = "; ".join(map(str, forgotten[:_NAMED]))
            raise DefinitionError(
                f"the handler of {owner} did not await {named}: a call that is not awaited does nothing; write 'await' before "
                "it, or, for several at once, 'await do.parallel(...)'"
            )


def to_be_awaited(owner: str) -> Callable[[type[T]], type[T]]:
    """Note the calls of a class's public coroutine methods, where a handler makes them.

    Args:
        owner: how users write an object of the class, as ``do.action``.
    """

    def decorate(cls: type[T]) -> type[T]:
        for name, method in list(vars(cls).items()):
            if not name.startswith("_") and inspect.iscoroutinefunction(method):
                setattr(cls, name, _noting(method, f"{owner}.{name}(...)"))
        return cls

    return decorate


def _noting(method: Callable[..., Coroutine[Any, Any, Any]], spelling: str) -> Callable[..., Coroutine[Any, Any, Any]]:
    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Coroutine[Any, Any, Any]:
        try:
            coroutine = method(*args, **kwargs)
        except TypeError as error:
            refuse_arguments(error, spelling.removesuffix("(...)"), method, args, kwargs)
            raise
        calls = _CALLS.get()
        if calls is not None:
            caller = sys._getframe(1)  # noqa: SLF001 - a traceback's line would cost much more
            calls.note(_Call(coroutine, spelling, caller.f_code.co_filename, caller.f_lineno))
        return coroutine

    return call


def _close(calls: list[_Call]) -> None:
    """Python would warn of each that it was never awaited."""
    for one in calls:
        one.coroutine.close()
