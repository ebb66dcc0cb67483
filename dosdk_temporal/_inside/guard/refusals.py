"""Inside: what is refused in workflow code, and what to use instead.

What is not deterministic in the standard library is listed by Temporal's own sandbox
(``SandboxRestrictions.invalid_module_members_default``); here it only gets its advice.
"""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NoReturn

from temporalio.worker.workflow_sandbox import SandboxMatcher, SandboxRestrictions

from dosdk_temporal.errors import DefinitionError

__all__ = ["Refused", "is_refused", "matcher_of", "refuse"]

_ADVICE: Final[Mapping[str, str]] = {
    "time.sleep": "await do.sleep(...)",
    "time": "do.now()",
    "datetime": "do.now()",
    "random": "do.random()",
    "secrets": "do.random() for chance, an action for secrets",
    "uuid": "do.uuid()",
    "threading": "do.parallel(...) for work at once",
    "concurrent": "do.parallel(...) for work at once",
    "multiprocessing": "an action",
    "os.environ": "the input or an action: a later deploy may have another environment",
    "os.getenv": "the input or an action: a later deploy may have another environment",
    "builtins.input": "await do.wait_for_approval(...) or an action",
}
_OTHERWISE: Final = "an action: await do.action.run(...)"

_ASKS_THE_DISK: Final = frozenset({
    "abspath", "exists", "expanduser", "expandvars", "getatime", "getctime", "getmtime", "getsize", "isdir", "isfile", "islink",
    "ismount", "lexists", "realpath", "relpath", "samefile", "sameopenfile", "samestat",
})  # fmt: skip


def refuse(dotted: str) -> NoReturn:
    """Raise the refusal of something by its dotted name."""
    raise DefinitionError(
        f"{dotted} in a workflow handler would give another answer when the run is replayed: use {_advice(dotted)}"
    )


def _advice(dotted: str) -> str:
    parts = dotted.split(".")
    prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_ADVICE[prefix] for prefix in prefixes if prefix in _ADVICE), _OTHERWISE)


_OS_PATH: Final = SandboxMatcher(use=set(_ASKS_THE_DISK))
_RANDOM: Final = SandboxRestrictions.invalid_module_members_default.children["random"]
_OURS: Final[Mapping[str, SandboxMatcher]] = {
    "os.path": _OS_PATH,
    os.path.__name__: _OS_PATH,
    "os": SandboxMatcher(use={"*"}, exclude={"PathLike", "fsdecode", "fsencode", "fspath"}),
    "random": SandboxMatcher(use={*_RANDOM.use, "SystemRandom"}),
}
"""Where Temporal's list, made for whole modules that are run again, is too narrow or too wide for a handler's own lines."""


class Refused:
    """Stands for what workflow code may name but not use: any use raises :class:`DefinitionError`."""

    def __init__(self, dotted: str) -> None:
        self.__dict__["__dotted"] = dotted

    def _refuse(self, *_: Any, **__: Any) -> Any:
        refuse(self.__dict__["__dotted"])

    def __repr__(self) -> str:
        return f"<{self.__dict__['__dotted']}, refused in workflow code>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)  # Python asks every object for some of these; that is not a use
        refuse(f"{self.__dict__['__dotted']}.{name}")

    __call__ = __getitem__ = __setitem__ = __delitem__ = __contains__ = __iter__ = __len__ = __bool__ = _refuse
    __enter__ = __aenter__ = __instancecheck__ = _refuse


@lru_cache(maxsize=1024)
def matcher_of(module: str) -> SandboxMatcher | None:
    """The restrictions on a module's members, by its name; None where there are none."""
    if module in _OURS:
        return _OURS[module]
    matcher: SandboxMatcher | None = SandboxRestrictions.invalid_module_members_default
    for part in module.split("."):
        matcher = (matcher.children.get(part) or (matcher if "*" in matcher.use else None)) if matcher else None
    return matcher


def is_refused(matcher: SandboxMatcher, name: str, value: Any) -> bool:
    """Whether a member may not be used. Exceptions, constants and types of values always may: they do nothing."""
    if name in matcher.exclude or (name.startswith("__") and name.endswith("__")):
        return False
    if name in matcher.use or name in matcher.access:
        return True
    harmless = isinstance(value, str | int | float | bytes) or (
        isinstance(value, type) and issubclass(value, BaseException)
    )
    child = matcher.children.get(name)
    return (("*" in matcher.use or "*" in matcher.access) and not harmless) or bool(child and child.match_self)
