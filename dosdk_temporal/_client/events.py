"""Outside: ``do.events``: telling what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from dosdk_temporal._client.sending import sent_by
from dosdk_temporal._pure.awaiting import to_be_awaited
from dosdk_temporal._pure.durations import Duration
from dosdk_temporal._pure.events import DEFAULT_KEEP, Emission, EventCall, event_call
from dosdk_temporal._pure.parallel import run_parallel
from dosdk_temporal.errors import InputError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["Events"]

_MOST: Final = 100
_FIELDS: Final = {"name", "payload", "id", "idempotency_key", "keep"}


@to_be_awaited("do.events")
class Events:
    """``do.events``: telling what happened; it starts the workflows that subscribe to it and wakes the runs that wait for it.

    Needs neither the workflows nor the database here: a worker of this client's task queue dispatches.
    """

    def __init__(self, do: Do) -> None:
        self._do = do

    async def emit(
        self,
        name: str,
        payload: Any = None,
        *,
        id: str | None = None,  # noqa: A002 - the contract's name
        idempotency_key: str | None = None,
        keep: Duration = DEFAULT_KEEP,
    ) -> Emission:
        """Emit one event, and tell which runs it started and woke.

        In a workflow it is one durable step. Cancelled outside a workflow, the dispatch goes on.

        Args:
            name: of what happened, like ``order.placed``; 1 to 200 characters.
            payload: plain JSON, models, dataclasses; default ``{}``.
            id: the same id again is the same event, for as long as it is kept; default a new one.
            idempotency_key: means the same as ``id``.
            keep: how long it is there for runs that have begun and wait for it later. Default 7 days.

        Raises:
            InputError: when an argument cannot be meant, or the payload fits none of the workflows that the event starts.
            ConflictError: when the id was used with another payload.
            ActionNestingError: in an action.
            ServerUnavailableError: when no server answers.
        """
        with sent_by(self._do):
            call = event_call(name, payload, _id_of(id, idempotency_key), keep)
        return await self._emit(call)

    async def emit_many(self, events: Iterable[Mapping[str, Any]]) -> list[Emission]:
        """Emit up to 100 events at once; all are checked before the first is emitted. Their order is not promised.

        Args:
            events: each with ``name``, and as for :meth:`emit` ``payload``, ``id`` or ``idempotency_key``, and ``keep``.

        Returns:
            What became of each, in their order.

        Raises:
            InputError: naming every event that cannot be meant; or as :meth:`emit`, the first by position, with the others'
                emissions in its ``results``.
        """
        if not isinstance(events, Iterable) or isinstance(events, str | bytes | Mapping):
            raise InputError(
                f"{events!r} is no list of events: give [{{'name': 'order.placed', 'payload': {{...}}}}, ...]"
            )
        given = list(events)
        if len(given) > _MOST:
            raise InputError(f"{len(given)} events were given, at most {_MOST} are emitted at once: emit them in parts")
        with sent_by(self._do):
            calls = _checked(given)
        return await run_parallel(*(self._emit(call) for call in calls))

    async def _emit(self, call: EventCall) -> Emission:
        return await self._do.place().emit(call)


def _checked(given: list[Mapping[str, Any]]) -> list[EventCall]:
    calls: list[EventCall] = []
    problems: list[tuple[str, str]] = []
    for position, event in enumerate(given):
        try:
            calls.append(_call(event))
        except InputError as error:
            problems.append((f"[{position}]", str(error)))
    if problems:
        told = "; ".join(f"{place}: {message}" for place, message in problems)
        raise InputError(f"no event was emitted: {told}", problems=tuple(problems))
    return calls


def _call(event: Mapping[str, Any]) -> EventCall:
    if not isinstance(event, Mapping) or "name" not in event or set(event) - _FIELDS:
        raise InputError(f"{event!r} is no event: give {{'name': 'order.placed', 'payload': {{...}}, 'id': ...}}")
    told = dict(event)
    told["id"] = _id_of(told.get("id"), told.pop("idempotency_key", None))
    return event_call(**told)


def _id_of(given: str | None, key: str | None) -> str | None:
    """An event's id, which is its idempotency key."""
    if given is not None and key is not None and given != key:
        raise InputError("id= and idempotency_key= of an event mean the same: give one of them")
    return key if given is None else given
