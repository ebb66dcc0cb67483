"""Outside: carrying to a run what a person decides."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from temporalio.client import (
    WorkflowExecution,
    WorkflowExecutionDescription,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateStage,
)
from temporalio.common import RawValue
from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.history import past_waits
from dosdk_temporal._client.signalling import send_signal
from dosdk_temporal._pure.decisions import DecisionAnswer, DecisionRequest
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.place import current_place
from dosdk_temporal._pure.resolutions import ResolutionAnswer, ResolutionRequest
from dosdk_temporal._pure.values import decode, encode_input
from dosdk_temporal._wire.failures import error_of
from dosdk_temporal._wire.payloads import raw_value, read
from dosdk_temporal._wire.signals import APPROVE, DECIDE, REJECT, RESOLVE
from dosdk_temporal.errors import ApprovalError, LinkError, NotFoundError

__all__ = ["decide", "resolve"]

Answer = TypeVar("Answer")

_PATIENCE: Final = 5.0
"""Seconds for the run to answer. After that the decision is left as a signal, which needs no worker now."""


async def decide(
    connect: Callable[[], Awaitable[Connection]],
    execution_id: str,
    request: DecisionRequest,
    *,
    chain: str | None = None,
) -> DecisionAnswer:
    """Send the decision and give the run's answer.

    Args:
        connect: gives the connection.
        execution_id: the run's.
        request: the decision, with an id of its own: it may arrive twice and counts once.
        chain: the id of the chain's first run, where only that chain is meant.

    Raises:
        ApprovalError: when the run refuses it, or has ended.
        NotFoundError: when there is no such run.
        LinkError: when the run is not of that chain.
    """

    def counted(told: dict[str, Any]) -> DecisionAnswer | None:
        if request.link is not None or not _is_answer(told, request):
            return None
        at = datetime.fromisoformat(told["at"])
        return DecisionAnswer("decided", told["name"], request.approved, request.by, at)

    message = _Message(
        id=request.id,
        signal=APPROVE if request.approved else REJECT,
        data=encode_input(request.to_wire(), "the decision"),
        read=DecisionAnswer.from_wire,
        sent=DecisionAnswer("sent", request.name, request.approved, request.by),
        counted=counted,
    )
    return await _deliver(connect, execution_id, message, chain)


async def resolve(
    connect: Callable[[], Awaitable[Connection]], execution_id: str, request: ResolutionRequest
) -> ResolutionAnswer:
    """Send what is to be done with a held step, and give the run's answer.

    Args:
        connect: gives the connection.
        execution_id: the run's.
        request: with an id of its own: it may arrive twice and counts once.

    Raises:
        ApprovalError: when the run refuses it, or has ended.
        NotFoundError: when there is no such run.
    """

    def counted(told: dict[str, Any]) -> ResolutionAnswer | None:
        said = (told["kind"], told["state"], told.get("by"))
        if said != ("decision", request.resolution, request.by) or request.name not in {None, told["name"]}:
            return None
        return ResolutionAnswer(
            "decided", told["name"], request.resolution, request.by, datetime.fromisoformat(told["at"])
        )

    message = _Message(
        id=request.id,
        signal=RESOLVE,
        data=encode_input(request.to_wire(), "the resolution"),
        read=ResolutionAnswer.from_wire,
        sent=ResolutionAnswer("sent", request.name, request.resolution, request.by),
        counted=counted,
    )
    return await _deliver(connect, execution_id, message)


@dataclass(frozen=True)
class _Message(Generic[Answer]):
    """What a person says to a run.

    Attributes:
        id: of this attempt.
        signal: the name under which it is left where the run cannot answer now.
        data: its JSON.
        read: the run's answer, of plain JSON.
        sent: the answer where it was left.
        counted: the answer of a run that has ended, where an entry of its record says that this counted.
    """

    id: str | None
    signal: str
    data: bytes
    read: Callable[[Mapping[str, Any]], Answer]
    sent: Answer
    counted: Callable[[dict[str, Any]], Answer | None]


async def _deliver(
    connect: Callable[[], Awaitable[Connection]],
    execution_id: str,
    message: _Message[Answer],
    chain: str | None = None,
) -> Answer:
    place = current_place()
    if place is not None:
        await place.signal(execution_id, message.signal, message.data)
        return message.sent
    connection = await connect()
    handle = connection.client.get_workflow_handle(execution_id, first_execution_run_id=chain, result_type=RawValue)
    try:
        return await _soon(_ask(handle, message))
    except TimeoutError:
        return await _leave(connection, execution_id, message, chain)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return await _of_ended(connection, execution_id, message, chain)
        if error.status == RPCStatusCode.FAILED_PRECONDITION:  # a paused run takes signals and no updates
            return await _leave(connection, execution_id, message, chain)
        with translated(connection.settings):
            raise


async def _soon(asking: Coroutine[Any, Any, Answer]) -> Answer:
    """The answer, if it comes soon. Temporal's client makes an error of its own of a cancellation, so it is not told of one."""
    task = asyncio.create_task(asking)
    try:
        if not (await asyncio.wait({task}, timeout=_PATIENCE))[0]:
            raise TimeoutError
        return task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _ask(handle: WorkflowHandle[Any, Any], message: _Message[Answer]) -> Answer:
    arg = raw_value(message.data, CallFacts(kind="decision"))
    try:
        update = await handle.start_update(
            DECIDE, arg, id=message.id, result_type=RawValue, wait_for_stage=WorkflowUpdateStage.COMPLETED
        )
        raw = await update.result()
    except WorkflowUpdateFailedError as failure:
        raise error_of(failure.cause, base=ApprovalError, execution_id=handle.id) from None
    return message.read(decode(read(raw)[0], Any, "the decision's answer"))


async def _leave(connection: Connection, execution_id: str, message: _Message[Answer], chain: str | None) -> Answer:
    run_id = None
    if chain is not None:  # a signal goes to whichever run has the id now, so it is told which
        run_id = (await _described(connection, execution_id, chain)).run_id
    try:
        await send_signal(connection, execution_id, message.signal, message.data, run_id=run_id)
    except NotFoundError:  # it has ended since it was asked, for all that is known by this very decision
        return await _of_ended(connection, execution_id, message, chain)
    return message.sent


async def _of_ended(connection: Connection, execution_id: str, message: _Message[Answer], chain: str | None) -> Answer:
    """What is answered for a run that takes no decision any more: the first answer, where it was given before."""
    run = await _described(connection, execution_id, chain)
    if run.close_time is None:  # it was the chain's next run that had just begun, or the server is mistaken
        raise NotFoundError(
            f"the run {execution_id!r} did not take the decision: send it again", execution_id=execution_id
        )
    for told in await past_waits(connection, connection.client.get_workflow_handle(execution_id)):
        if (answer := message.counted(told)) is not None:
            return answer
    raise _ended(run)


async def _described(connection: Connection, execution_id: str, chain: str | None) -> WorkflowExecutionDescription:
    with translated(connection.settings):
        run = await connection.client.get_workflow_handle(execution_id).describe()
    if chain is not None and run.raw_description.workflow_execution_info.first_run_id != chain:
        raise LinkError(f"this link is for an earlier run of {execution_id!r}", reason="other run")
    return run


def _is_answer(told: dict[str, Any], request: DecisionRequest) -> bool:
    answer = "approved" if request.approved else "rejected"
    counted = (told["kind"], told["state"], told.get("by"), told.get("form"))
    if counted != ("approval", answer, request.by, request.form_digest):
        return False
    return request.name in {None, told["name"], told["name"].partition("#")[0]}


def _ended(run: WorkflowExecution) -> ApprovalError:
    how = run.status.name.lower().replace("_", " ") if run.status else "ended"
    return ApprovalError(
        f"the run {run.id!r} has ended ({how}): nothing is waited for any more",
        execution_id=run.id,
        workflow=run.workflow_type,
    )
