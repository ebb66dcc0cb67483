"""Outside: payloads of a history, decoded where they stand, so that all its readers read what was meant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from temporalio.api.common.v1 import Memo, Payload, Payloads
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.update.v1 import Outcome, Request
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.converter import PayloadCodec

from dosdk_temporal._client.history import attributes_of
from dosdk_temporal._wire.encryption import say_again

__all__ = ["decode_in_place"]


async def decode_in_place(
    events: Iterable[HistoryEvent], pending: Iterable[PendingActivityInfo], codec: PayloadCodec | None
) -> None:
    """Decode what the client's codec encodes: inputs, results, failures, memos, summaries; never search attributes.

    Args:
        events: a run's history.
        pending: its activities that have not ended.
        codec: the client's; None for none.
    """
    if codec is None:
        return
    for event in events:
        await _message(attributes_of(event)[1], codec)
        if event.user_metadata.HasField("summary"):
            await _payload(event.user_metadata.summary, codec)
    for activity in pending:
        await _message(activity, codec)


async def _message(message: Any, codec: PayloadCodec) -> None:
    for field, value in message.ListFields() if message is not None else ():
        decode = _DECODERS.get(type(value))
        if decode is not None:
            await decode(value, codec)
        elif (
            field.name == "details" and "result" in value
        ):  # a marker's; the rest of it is Temporal's own, and never encoded
            await _payloads(value["result"], codec)


async def _payload(payload: Payload, codec: PayloadCodec) -> None:
    payload.CopyFrom((await codec.decode([payload]))[0])


async def _payloads(payloads: Payloads, codec: PayloadCodec) -> None:
    await codec.decode_wrapper(payloads)


async def _failure(failure: Failure, codec: PayloadCodec) -> None:
    await codec.decode_failure(failure)
    say_again(failure)


async def _memo(memo: Memo, codec: PayloadCodec) -> None:
    for payload in memo.fields.values():
        await _payload(payload, codec)


async def _outcome(outcome: Outcome, codec: PayloadCodec) -> None:
    await (_failure(outcome.failure, codec) if outcome.HasField("failure") else _payloads(outcome.success, codec))


async def _request(request: Request, codec: PayloadCodec) -> None:
    await _payloads(request.input.args, codec)


_DECODERS: Final[Mapping[type[Any], Callable[[Any, PayloadCodec], Awaitable[None]]]] = MappingProxyType(
    {Failure: _failure, Memo: _memo, Outcome: _outcome, Payloads: _payloads, Request: _request}
)
