"""Inside: guarded views of modules and classes."""

from __future__ import annotations

import asyncio
import builtins
import io
import logging
import os.path
import random
import sys
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MethodType, ModuleType
from typing import Any, Final

from temporalio import workflow
from temporalio.worker.workflow_sandbox import SandboxMatcher, SandboxRestrictions

from dosdk_temporal._inside.guard.refusals import Refused, is_refused, matcher_of, refuse
from dosdk_temporal._inside.guard.task_group import OrderedTaskGroup

__all__ = ["BUILTINS", "member_view", "module_view", "quiet_on_replay", "refused_view"]


class ModuleView(ModuleType):
    """A module whose members that are not deterministic are refused or replaced."""

    def __init__(self, module: ModuleType, matcher: SandboxMatcher) -> None:
        super().__init__(module.__name__)
        self.__dict__["__module"] = module
        self.__dict__["__matcher"] = matcher

    def __getattr__(self, name: str) -> Any:
        module = self.__dict__["__module"]
        return member_view(module.__name__, self.__dict__["__matcher"], name, getattr(module, name))

    def __setattr__(self, name: str, value: Any) -> None:
        refuse(f"setting {self.__name__}.{name}")


def member_view(module: str, matcher: SandboxMatcher, name: str, value: Any) -> Any:
    """What workflow code sees of one member of a restricted module."""
    dotted = f"{'os.path' if module == os.path.__name__ else module}.{name}"
    if dotted in _REPLACED:
        return _REPLACED[dotted]
    if isinstance(value, ModuleType):
        return module_view(value)
    if is_refused(matcher, name, value):
        return Refused(dotted)
    child = matcher.children.get(name)
    return _class_view(value, dotted) if child and isinstance(value, type) else value


@lru_cache(maxsize=1024)
def module_view(module: ModuleType) -> ModuleType:
    """The module itself, or its view where it has restricted members."""
    matcher = _MODULES_REPLACED.get(module.__name__) or matcher_of(module.__name__)
    return ModuleView(module, matcher) if matcher is not None and module is not builtins else module


def refused_view(value: Any) -> Any | None:
    """The view of a restricted member that was imported by itself (``from time import time``); None for all else."""
    return _members_by_identity(frozenset(m for m in _RESTRICTED if m in sys.modules)).get(id(value))


@lru_cache(maxsize=8)
def _members_by_identity(modules: frozenset[str]) -> dict[int, Any]:
    views: dict[int, Any] = {}
    for name in modules:
        matcher, module = matcher_of(name), sys.modules[name]
        for member, value in vars(module).items():
            if matcher is None or not _speaks_for(name, value):
                continue
            view = member_view(name, matcher, member, value)
            if view is not value:
                views[id(value)] = view
    return views


def _speaks_for(module: str, value: Any) -> bool:
    """Whether a member is the module's own, not one that it imported: ``selectors`` has ``namedtuple`` from ``collections``."""
    if isinstance(value, MethodType | type(os.environ)):
        return True
    owner = getattr(value, "__module__", None) or module
    return callable(value) and (
        owner in _WRITTEN_IN.get(module, ()) or f"{owner}.".lstrip("_").startswith(f"{module}.")
    )


class _ViewMeta(type):
    """A class's view answers ``isinstance``, ``issubclass`` and ``==`` as the class does."""

    def __eq__(cls, other: object) -> bool:
        return other is cls or other is cls.__mro__[1]

    def __hash__(cls) -> int:
        return hash(cls.__mro__[1])

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, cls.__mro__[1])

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls.__mro__[1])


@lru_cache(maxsize=64)
def _class_view(cls: type, dotted: str) -> type:
    """A subclass whose restricted members are refused; dates made by it are plain dates."""
    module, _, name = dotted.rpartition(".")
    matcher = (matcher_of(module) or SandboxMatcher.none).children[name]
    concrete = type(cls()) if name == "Path" else cls  # pathlib.Path itself cannot be subclassed before Python 3.12

    def member(attribute: str) -> Any:
        return classmethod(lambda _cls, *_, **__: refuse(f"{dotted}.{attribute}"))

    body: dict[str, Any] = {name: member(name) for name in matcher.use if hasattr(concrete, name)}
    body["__slots__"] = ()
    body["__get_pydantic_core_schema__"] = classmethod(lambda _cls, _source, handler: handler(cls))
    if module in {"datetime", "zoneinfo"}:
        body["__new__"] = lambda _cls, *args, **kwargs: cls(*args, **kwargs)
    return _ViewMeta(cls.__name__, (concrete,), body)


def quiet_on_replay(logger: logging.Logger) -> None:
    """Let a logger speak once: not again when a run is replayed."""
    if _not_replaying not in logger.filters:
        logger.addFilter(_not_replaying)


def _not_replaying(_: logging.LogRecord) -> bool:
    return not (workflow.in_workflow() and workflow.unsafe.is_replaying_history_events())


def _print_once(*values: Any, file: Any = None, flush: bool = False, **options: Any) -> None:
    """``print``, silent on replay; text and newline in one write, so that no other thread's line comes between."""
    if not _not_replaying(None):  # type: ignore[arg-type] # the record is not looked at
        return
    line = io.StringIO()
    print(*values, file=line, **options)
    out = sys.stdout if file is None else file
    out.write(line.getvalue())
    if flush:
        out.flush()


def _get_logger(name: str | None = None) -> logging.Logger:
    logger = logging.getLogger(name)
    quiet_on_replay(logger)
    return logger


class _SeededRandom(random.Random, metaclass=_ViewMeta):
    """``random.Random``, which without a seed asks the machine for one."""

    def __init__(self, seed: Any = None) -> None:
        if seed is None:
            refuse("random.Random() without a seed")
        super().__init__(seed)


def _told_the_time(function: Callable[..., Any], told: int) -> Callable[..., Any]:
    """A function of ``time`` that asks the clock where it is given fewer arguments."""

    def with_time(*args: Any) -> Any:
        return function(*args) if len(args) >= told else refuse(f"time.{function.__name__}")

    return with_time


_REPLACED: Final[Mapping[str, Callable[..., Any]]] = {
    "asyncio.TaskGroup": OrderedTaskGroup,
    "asyncio.wait": workflow.wait,
    "asyncio.as_completed": workflow.as_completed,
    "logging.getLogger": _get_logger,
    "random.Random": _SeededRandom,
    "time.asctime": _told_the_time(time.asctime, 1),
    "time.ctime": _told_the_time(time.ctime, 1),
    "time.gmtime": _told_the_time(time.gmtime, 1),
    "time.strftime": _told_the_time(time.strftime, 2),
}
"""What has a deterministic equal: ``asyncio``'s own keep sets of tasks, whose order changes from process to process."""

_WRITTEN_IN: Final[Mapping[str, frozenset[str]]] = {
    "os": frozenset({"posix", "nt"}),
    "os.path": frozenset({"genericpath", "ntpath", "posixpath"}),
    "threading": frozenset({"_thread"}),
}
"""Modules that are parts of another, by a name that does not tell so."""

_MODULES_REPLACED: Final[Mapping[str, SandboxMatcher]] = {"logging": SandboxMatcher.none}

_RESTRICTED: Final = frozenset(SandboxRestrictions.invalid_module_members_default.children) - {"__builtins__"} | {
    asyncio.__name__,
    "concurrent.futures",
    "http.client",
    "http.server",
    "os.path",
    "urllib.request",
}

BUILTINS: Final[Mapping[str, Any]] = {
    **vars(builtins),
    "print": _print_once,
    **{name: Refused(f"builtins.{name}") for name in ("open", "input", "breakpoint")},
}
"""The built-in names as workflow code sees them."""
