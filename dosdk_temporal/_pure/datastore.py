"""Pure: the Datastore: what is asked of it, what it keeps, and what may be a key."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.names import check_id
from dosdk_temporal._pure.option_types import check_flag
from dosdk_temporal._pure.values import MOST_DIGITS, encode_input, plain
from dosdk_temporal.errors import InputError, PayloadTooLargeError

__all__ = [
    "KEPT_VERSIONS",
    "MAX_VALUE_BYTES",
    "Entry",
    "Page",
    "StoreCall",
    "check_count",
    "check_key",
    "check_number",
    "check_prefix",
    "check_size",
    "check_space",
    "conditions",
    "entry_of",
    "stored_value",
    "ttl_of",
]

MAX_VALUE_BYTES: Final = 1024 * 1024
"""Of a value's JSON: half of what Temporal carries at once, so that a page of entries, which always has one, is carried too."""

KEPT_VERSIONS: Final = 100
"""How many versions of a key its history has."""

_TOO_LONG: Final = 10**MOST_DIGITS
_LONGEST: Final = 200
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST: Final = 1000


@dataclass(frozen=True)
class Entry:
    """A key and what was written under it.

    Attributes:
        key: within its namespace.
        value: plain JSON; None of a deletion.
        version: counts the key's writes, deletions too, from 1.
        written_at: when.
        written_by: the execution id of the workflow that wrote it; None for a client.
        expires_at: from when it is gone; None for never.
        deleted: whether this version is a deletion, as a history has them.
    """

    key: str
    value: Any
    version: int
    written_at: datetime
    written_by: str | None = None
    expires_at: datetime | None = None
    deleted: bool = False


@dataclass(frozen=True)
class Page:
    """Some entries, sorted by key.

    Attributes:
        entries: as many as were asked for; fewer where they are large, or there are no more.
        cursor: where the next page begins, for ``list(cursor=)``; None after the last.
    """

    entries: list[Entry]
    cursor: str | None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


@dataclass(frozen=True)
class StoreCall:
    """One call, its arguments checked.

    Attributes:
        op: what is to be done.
        space: the namespace, its parts joined by ``/``; empty for the root.
        key: of one entry; empty for a list.
        arguments: plain JSON.
    """

    op: Literal["get", "list", "history", "set", "update", "delete", "increment"]
    space: str
    key: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_write(self) -> bool:
        """Whether it may change anything."""
        return self.op not in {"get", "list", "history"}

    @property
    def path(self) -> str:
        """The key with its namespace, for people."""
        return f"{self.space}/{self.key}" if self.space else self.key

    def to_wire(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)


def entry_of(told: Mapping[str, Any]) -> Entry:
    """An entry as a store tells it, its times in microseconds since 1970."""
    expires = told["expires"]
    return Entry(
        key=told["key"],
        value=told["value"],
        version=told["version"],
        written_at=_time(told["written_at"]),
        written_by=told["written_by"],
        expires_at=None if expires is None else _time(expires),
        deleted=told["deleted"],
    )


def check_key(key: object) -> str:
    """The key, if it may be one: 1 to 200 printable characters.

    Raises:
        InputError: when it may not.
    """
    return check_id(key, "Datastore's key")


def check_space(name: object, within: str = "") -> str:
    """The path of a namespace within another.

    Args:
        name: one part, or several joined by ``/``.
        within: the other's path.

    Raises:
        InputError: when a part is empty, or all of it is longer than 200 characters.
    """
    text = check_id(name, "Datastore's namespace")
    if not all(part.strip() for part in text.split("/")):
        raise InputError(
            f"the Datastore's namespace {text!r} has an empty part: write names and slashes, like 'users/eu'"
        )
    return check_id(f"{within}/{text}", "Datastore's namespace") if within else text


def check_prefix(prefix: object) -> str:
    """What the keys of a list begin with, empty for all.

    Raises:
        InputError: when no key can begin so.
    """
    if not isinstance(prefix, str) or len(prefix) > _LONGEST or not prefix.isprintable():
        raise InputError(
            f"prefix={prefix!r} is nothing that a key begins with: give text of up to {_LONGEST} characters"
        )
    return prefix


def check_count(value: object, what: str, most: int = _MOST) -> int:
    """How many are wanted.

    Raises:
        InputError: when it is no number from 1 to ``most``.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise InputError(f"{what}={value!r} is no number from 1 to {most:,}")
    return value


def check_number(value: object, what: str) -> int | float:
    """A number that can be added.

    Raises:
        InputError: when it is none, not finite, or too long to be written down.
    """
    if isinstance(value, int) and not -_TOO_LONG < value < _TOO_LONG:
        raise InputError(f"{what} is a number of more than {MOST_DIGITS:,} digits, which cannot be added")
    if not isinstance(value, int | float) or isinstance(value, bool) or not -math.inf < value < math.inf:
        raise InputError(f"{what} is {value!r}, which is no number that can be added")
    return value


def conditions(if_version: object, *, if_absent: bool = False) -> dict[str, Any]:
    """What must be so for a write.

    Raises:
        InputError: when it cannot be meant.
    """
    check_flag("if_absent", if_absent, InputError)
    if if_version is None:
        return {"if_absent": True} if if_absent else {}
    if if_absent:
        raise InputError("if_version= and if_absent= were both given: a key that has a version is not absent")
    if not isinstance(if_version, int) or isinstance(if_version, bool) or if_version < 1:
        raise InputError(
            f"if_version={if_version!r} is no version: give a number from 1, as set() and entry() give it; "
            "if_absent=True asks that there be none"
        )
    return {"if_version": if_version}


def ttl_of(ttl: Duration | None) -> dict[str, Any]:
    """How long a value is there.

    Raises:
        InputError: when it is no duration, or none at all.
    """
    if ttl is None:
        return {}
    length = parse_duration(ttl, what="ttl")
    if not length:
        raise InputError("ttl=0 would write what is gone at once: give how long the value is there, like '30d'")
    return {"ttl": length // timedelta(microseconds=1)}


def stored_value(value: Any, key: str) -> Any:
    """The value as the plain JSON that a store keeps: a copy.

    Raises:
        InputError: when JSON cannot say it.
        PayloadTooLargeError: when it is larger than a store keeps.
    """
    what = f"the Datastore's key {key!r}"
    check_size(len(encode_input(value, what)), key)
    return plain(value, what)


def check_size(length: int, key: str) -> None:
    """Refuse a value whose JSON has more bytes than a store keeps.

    Raises:
        PayloadTooLargeError: naming both numbers.
    """
    if length > MAX_VALUE_BYTES:
        raise PayloadTooLargeError(
            f"the value of key {key!r} is {length:,} bytes of JSON, at most {MAX_VALUE_BYTES:,} are kept: "
            "store it elsewhere and keep its address"
        )


def _time(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)
