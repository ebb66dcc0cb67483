"""Pure: what a write makes of what is there. Every store asks this, so that all of them mean the same."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from dosdk_temporal._pure.datastore import StoreCall, check_number, check_size
from dosdk_temporal.errors import ConflictError, DoError, InputError, PayloadTooLargeError

__all__ = ["Outcome", "Stored", "answer_of", "changed"]

Outcome = dict[str, Any]
"""``{"answer": …}`` or ``{"refusal": …}``, plain JSON: what a write came to, as it is kept for the write's repetition."""

_REFUSALS: Final[Mapping[str, type[DoError]]] = {
    cls.__name__: cls for cls in (ConflictError, InputError, PayloadTooLargeError)
}


@dataclass(frozen=True)
class Stored:
    """A key's last version as a store keeps it.

    Attributes:
        key: within its namespace.
        data: the value's JSON; None of a deletion.
        version: see :class:`Entry`.
        written_at: microseconds since 1970.
        gone: from when it is not there, likewise: its end, or when it was deleted; None for never.
        written_by: see :class:`Entry`.
    """

    key: str
    data: str | None
    version: int
    written_at: int
    gone: int | None
    written_by: str | None

    def is_there(self, now: int) -> bool:
        """Whether it is there at a time."""
        return self.gone is None or self.gone > now

    def told(self) -> dict[str, Any]:
        """As :func:`entry_of` reads it."""
        is_deleted = self.data is None
        return {
            "key": self.key,
            "value": None if self.data is None else json.loads(self.data),
            "version": self.version,
            "written_at": self.written_at,
            "written_by": self.written_by,
            "expires": None if is_deleted else self.gone,
            "deleted": is_deleted,
        }


def changed(call: StoreCall, found: Stored | None, now: int, written_by: str | None) -> tuple[Outcome, Stored | None]:
    """What a write comes to, and the version to be written; None for nothing.

    Args:
        call: the write.
        found: the key's last version, also one that is gone.
        now: microseconds since 1970.
        written_by: see :class:`Entry`.
    """
    there = found if found is not None and found.is_there(now) else None
    try:
        _check(call, there)
        new = _new(call, there, now)
    except tuple(_REFUSALS.values()) as error:
        return {"refusal": _told(error)}, None
    if new is None:
        return {"answer": False}, None
    version = (found.version if found is not None else 0) + 1
    written = replace(new, version=version, written_at=now, written_by=written_by)
    return {"answer": _answer(call, written)}, written


def answer_of(outcome: Outcome) -> Any:
    """The answer of a write.

    Raises:
        ConflictError: when a condition did not hold; with both versions.
        InputError: when what is there is not what the write needs.
        PayloadTooLargeError: when the value came to be too large.
    """
    if "refusal" not in outcome:
        return outcome["answer"]
    refusal = dict(outcome["refusal"])
    raise _REFUSALS[refusal.pop("type")](**refusal)


def _check(call: StoreCall, there: Stored | None) -> None:
    expected, current = call.arguments.get("if_version"), there.version if there is not None else None
    if call.arguments.get("if_absent") and current is not None:
        raise ConflictError(f"key {call.path!r} is there already, at version {current}", current_version=current)
    if expected is not None and expected != current:
        found = "is not there" if current is None else f"is at version {current}"
        raise ConflictError(
            f"key {call.path!r} {found}, version {expected} was expected: read it again and decide anew",
            current_version=current,
            expected_version=expected,
        )


def _new(call: StoreCall, there: Stored | None, now: int) -> Stored | None:
    """The new version's data and end."""
    if call.op == "delete":
        return None if there is None else _blank(call, None, now)
    data = json.dumps(_value(call, there), ensure_ascii=False, separators=(",", ":"))
    check_size(len(data.encode()), call.key)
    ttl = call.arguments.get("ttl")
    if ttl is not None:
        return _blank(call, data, now + ttl)
    # What is written anew stays; what is changed keeps its end.
    return _blank(call, data, None if call.op == "set" or there is None else there.gone)


def _value(call: StoreCall, there: Stored | None) -> Any:
    given = call.arguments["value"]
    if call.op == "set":
        return given
    value = None if there is None else json.loads(there.data or "null")
    if call.op == "update":
        if there is not None and not isinstance(value, dict):
            raise InputError(f"the value of key {call.path!r} is no mapping, only those can be updated: set it instead")
        return {**(value or {}), **given}
    return _sum(f"the value of key {call.path!r}", 0 if there is None else value, given)


def _sum(what: str, value: Any, by: int | float) -> int | float:
    check_number(value, what)
    try:
        total = value + by
    except OverflowError:  # an int beyond any float
        total = math.inf
    return check_number(total, f"{what} with {by} added")


def _blank(call: StoreCall, data: str | None, gone: int | None) -> Stored:
    return Stored(call.key, data, 0, 0, gone, None)


def _answer(call: StoreCall, written: Stored) -> Any:
    match call.op:
        case "delete":
            return True
        case "increment":
            return json.loads(written.data or "0")
    return written.version


def _told(error: DoError) -> dict[str, Any]:
    versions = {name: getattr(error, name, None) for name in ("current_version", "expected_version")}
    given = {name: version for name, version in versions.items() if version is not None}
    return {"type": type(error).__name__, "message": error.message, **given}
