"""Outside: ``do.datastore``: what is kept across runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from dosdk_temporal._client.sending import sent_by
from dosdk_temporal._pure.awaiting import to_be_awaited
from dosdk_temporal._pure.datastore import (
    KEPT_VERSIONS,
    Entry,
    Page,
    StoreCall,
    check_count,
    check_key,
    check_number,
    check_prefix,
    check_space,
    conditions,
    entry_of,
    stored_value,
    ttl_of,
)
from dosdk_temporal._pure.durations import Duration
from dosdk_temporal._pure.values import adapter_for
from dosdk_temporal.errors import InputError, OutputError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["Datastore"]

T = TypeVar("T")
D = TypeVar("D")


@to_be_awaited("do.datastore")
class Datastore:
    """``do.datastore``: a key-value store that outlives runs, workers and deploys.

    The same calls in a workflow and outside; refused in an action. In a workflow a read is recorded once and a write written
    once, however often the run is replayed or its worker dies; while the database is away the run waits for it. Outside, each
    call is one transaction in the database, which this process reaches itself; one whose database does not answer may have
    been written, and so may one that is cancelled.

    Keys have 1 to 200 characters; a value is JSON of up to 1 MiB, and what is returned is a copy.

    Args:
        do: whose place and database.
        space: the path of this namespace; default the root.
    """

    def __init__(self, do: Do, space: str = "") -> None:
        self._do, self._space = do, space

    def __repr__(self) -> str:
        return f"<Datastore {self._space or '/'}>"

    def namespace(self, name: str) -> Datastore:
        """A part of its own, whose keys no other part sees; in it there may be others.

        Args:
            name: 1 to 200 characters; ``"users/eu"`` is ``namespace("users").namespace("eu")``.

        Raises:
            InputError: when it cannot be a name.
        """
        return Datastore(self._do, check_space(name, self._space))

    @overload
    async def get(self, key: str, default: Any = None) -> Any: ...
    @overload
    async def get(self, key: str, *, as_type: type[T]) -> T | None: ...
    @overload
    async def get(self, key: str, default: D, *, as_type: type[T]) -> T | D: ...
    async def get(self, key: str, default: Any = None, *, as_type: Any = Any) -> Any:
        """The value of a key.

        Args:
            key: whose.
            default: what a key gives that is not there.
            as_type: a pydantic model, or another type, that the value is made. Default plain JSON.

        Raises:
            InputError: when the key cannot be one.
            OutputError: when the value does not fit the type.
            ServerUnavailableError: outside a workflow, when the database does not answer.
            ActionNestingError: in an action.
        """
        found = await self.entry(key, as_type=as_type)
        return default if found is None else found.value

    async def entry(self, key: str, *, as_type: Any = Any) -> Entry | None:
        """The value of a key with its version, which ``if_version=`` takes; None where it is not there.

        Raises:
            DoError: as :meth:`get`.
        """
        found = await self._call(StoreCall("get", self._space, check_key(key)))
        return None if found is None else _typed(found, as_type)

    async def set(
        self,
        key: str,
        value: Any,
        *,
        if_version: int | None = None,
        if_absent: bool = False,
        ttl: Duration | None = None,
    ) -> int:
        """Write a value, in place of what is there.

        Args:
            key: whose.
            value: plain JSON, models, dataclasses.
            if_version: only if this is the key's version. Default whatever it is.
            if_absent: only if the key is not there.
            ttl: how long it is there. Default for ever.

        Returns:
            The new version.

        Raises:
            ConflictError: when the condition does not hold; ``current_version`` and ``expected_version`` tell both.
            InputError: when an argument cannot be meant, or JSON cannot say the value.
            PayloadTooLargeError: when the value is larger than 1 MiB.
            ServerUnavailableError: outside a workflow, when the database does not answer.
            ActionNestingError: in an action.
        """
        arguments = {**conditions(if_version, if_absent=if_absent), **ttl_of(ttl)}
        return int(await self._write("set", key, self._stored(value, key), arguments))

    async def update(
        self, key: str, changes: Mapping[str, Any], *, if_version: int | None = None, ttl: Duration | None = None
    ) -> int:
        """Write some keys of a mapping; those that are not named stay. A key of the store that is not there is created.

        Args:
            key: whose value is a mapping.
            changes: what it is to hold; a mapping within it is replaced, not merged.
            if_version: as of :meth:`set`.
            ttl: how long it is there from now on. Default as it was.

        Returns:
            The new version.

        Raises:
            InputError: when ``changes``, or the value that is there, is no mapping.
            DoError: as :meth:`set`.
        """
        given = self._stored(changes, key)
        if not isinstance(given, dict):
            raise InputError(
                f"the changes of key {key!r} are no mapping: write what it is to hold, like {{'status': 'sent'}}"
            )
        return int(await self._write("update", key, given, {**conditions(if_version), **ttl_of(ttl)}))

    async def delete(self, key: str, *, if_version: int | None = None) -> bool:
        """Delete a key; its history, the deletion last, is kept for 30 days.

        Args:
            key: which.
            if_version: as of :meth:`set`.

        Returns:
            Whether it was there.

        Raises:
            DoError: as :meth:`set`.
        """
        return bool(await self._write("delete", key, None, conditions(if_version)))

    async def increment(self, key: str, by: float = 1, *, ttl: Duration | None = None) -> int | float:
        """Add to a number; a key that is not there counts from 0.

        Args:
            key: whose value is a number.
            by: what is added; negative to subtract. Default 1.
            ttl: how long it is there from now on. Default as it was.

        Returns:
            The new number.

        Raises:
            InputError: when ``by``, or the value that is there, is no number.
            DoError: as :meth:`set`.
        """
        total: int | float = await self._write("increment", key, check_number(by, "by"), ttl_of(ttl))
        return total

    async def history(self, key: str, *, limit: int = KEPT_VERSIONS) -> list[Entry]:
        """The last versions of a key, the newest first, deletions too: up to 100, fewer where they are large.

        Args:
            key: whose.
            limit: how many at most.

        Raises:
            DoError: as :meth:`get`.
        """
        arguments = {"limit": check_count(limit, "limit", KEPT_VERSIONS)}
        told = await self._call(StoreCall("history", self._space, check_key(key), arguments))
        return [entry_of(entry) for entry in told]

    async def list(self, prefix: str = "", *, limit: int = 100, cursor: str | None = None, as_type: Any = Any) -> Page:
        """The entries of this namespace whose keys begin with a text, sorted by key; not those of the namespaces in it.

        Args:
            prefix: what the keys begin with. Default all.
            limit: how many at most, up to 1,000; fewer come where they are large.
            cursor: of the page before, to go on after it.
            as_type: as of :meth:`get`, for each value.

        Raises:
            DoError: as :meth:`get`.
        """
        arguments = {
            "prefix": check_prefix(prefix),
            "limit": check_count(limit, "limit"),
            "cursor": None if cursor is None else check_key(cursor),
        }
        told = await self._call(StoreCall("list", self._space, arguments=arguments))
        return Page([_typed(entry, as_type) for entry in told["entries"]], told["cursor"])

    def _stored(self, value: Any, key: str) -> Any:
        with sent_by(self._do):
            return stored_value(value, key)

    async def _write(self, op: Any, key: str, value: Any, arguments: Mapping[str, Any]) -> Any:
        return await self._call(StoreCall(op, self._space, check_key(key), {"value": value, **arguments}))

    async def _call(self, call: StoreCall) -> Any:
        return await self._do.place().use_datastore(call)


def _typed(told: Mapping[str, Any], as_type: Any) -> Entry:
    if as_type is Any:
        return entry_of(told)
    from pydantic import ValidationError  # noqa: PLC0415 - 0.1 s that importing this package need not cost
    from pydantic_core import to_json  # noqa: PLC0415

    try:
        value = adapter_for(as_type, "as_type=").validate_json(to_json(told["value"]))
    except ValidationError as error:
        raise _misfit(told["key"], as_type, error.errors()) from None
    return entry_of({**told, "value": value})


def _misfit(key: str, as_type: Any, faults: Any) -> OutputError:
    problems = tuple((".".join(map(str, fault["loc"])) or "value", fault["msg"]) for fault in faults)
    told = "; ".join(f"{place}: {message}" for place, message in problems)
    name = getattr(as_type, "__name__", None) or str(as_type)
    return OutputError(f"the value of key {key!r} does not fit {name}: {told}", problems=problems)
