"""Outside: waiting, for a workflow, for a run that somebody else started."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final, NoReturn

from temporalio import activity
from temporalio.client import (
    AsyncActivityCancelledError,
    AsyncActivityHandle,
    Client,
    WorkflowFailureError,
    WorkflowHandle,
)
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError, FailureError
from temporalio.service import RPCError

from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.undone_keys import UNDONE
from dosdk_temporal._wire.endings import ended_for_others, workflow_error
from dosdk_temporal._wire.failures import failure_of
from dosdk_temporal._wire.payloads import call_of
from dosdk_temporal._wire.schedule import ONE_ACTION
from dosdk_temporal.errors import ActionError, ConflictError

__all__ = ["RunWaits", "check_digest"]

_AT_ONCE: Final = timedelta(milliseconds=1)


class RunWaits:
    """The waits of one worker.

    A wait holds none of the worker's places for actions: the run that is waited for needs one itself, and a hundred waits
    would keep it from it for ever.
    """

    def __init__(self) -> None:
        self._waits: set[asyncio.Task[None]] = set()

    async def await_run(self, data: bytes) -> NoReturn:
        """Give the result of the run of that id, when it has one.

        Args:
            data: JSON, ``{id, digest, workflow}``: the digest of the input that the caller has; the workflow's name, null for an
                action. The activity fails as the run failed, or with a ConflictError where that began with another input.
        """
        info, client = activity.info(), activity.client()
        pause = info.heartbeat_timeout.total_seconds() / 3 if info.heartbeat_timeout else None
        answer = client.get_async_activity_handle(task_token=info.task_token)
        wait = asyncio.create_task(_wait(client, json.loads(data), answer, pause))
        self._waits.add(wait)
        wait.add_done_callback(self._waits.discard)
        activity.raise_complete_async()

    async def close(self) -> None:
        """Leave the waits to another worker."""
        waits = list(self._waits)
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


async def check_digest(
    client: Client, handle: WorkflowHandle[Any, Any], digest: str | None, *, of_action: bool
) -> None:
    """Compare the input that a keyed run began with.

    Args:
        client: the server's.
        handle: of the run.
        digest: of the input that the caller has; None for any.
        of_action: whether the caller calls an action, and no workflow.

    Raises:
        ConflictError: when it differs: one key stands for one input, and the id may be that of another run.
    """
    async for event in handle.fetch_history_events(page_size=1):
        payloads = event.workflow_execution_started_event_attributes.input.payloads
        codec = client.data_converter.payload_codec
        decoded = payloads if codec is None else await codec.decode(payloads)
        _, facts = call_of([RawValue(payload) for payload in decoded])
        if facts.kind == UNDONE:
            return  # what follows is another effect, perhaps of another input
        if digest is not None and facts.digest != digest:
            raise ConflictError(_how_it_differs(handle.id, facts, of_action), execution_id=handle.id)
        return


def _how_it_differs(execution_id: str, facts: CallFacts, of_action: bool) -> str:
    called = "an action" if of_action else "a workflow"
    if facts.digest is None:
        return f"the id {execution_id!r} is that of a run which was started with id=: call {called} with another key"
    if (facts.kind == ONE_ACTION) != of_action:
        found = "a workflow" if of_action else "an action"
        return (
            f"the key of {execution_id!r} was used with {found} of this name, and {called} of the same name shares its keys: "
            "give one of them another name, or call it with another key"
        )
    return f"the idempotency key of {execution_id!r} was used with another input: one key stands for one input"


async def _wait(client: Client, asked: Mapping[str, Any], answer: AsyncActivityHandle, pause: float | None) -> None:
    outcome = asyncio.create_task(_outcome(client, asked))
    with suppress(
        RPCError
    ):  # the server is away, or has forgotten the caller: where not, the missed heartbeat tells it
        try:
            while not (await asyncio.wait({outcome}, timeout=pause))[0]:
                await answer.heartbeat()
            await answer.complete(outcome.result())
        except AsyncActivityCancelledError:
            await answer.report_cancellation()
        except FailureError as failure:
            await answer.fail(failure)
        except asyncio.CancelledError:
            await answer.fail(failure_of(ActionError("the worker is stopping"), retry_after=_AT_ONCE))
        finally:
            outcome.cancel()


async def _outcome(client: Client, asked: Mapping[str, Any]) -> RawValue:
    handle = client.get_workflow_handle(asked["id"], result_type=RawValue)
    try:
        await check_digest(client, handle, asked["digest"], of_action=asked.get("workflow") is None)
        return await handle.result()  # type: ignore[no-any-return] # typed by result_type
    except ConflictError as error:
        raise failure_of(error) from None
    except WorkflowFailureError as failure:
        raise _final(failure.cause, asked.get("workflow"), handle.id) from None


def _final(cause: BaseException | None, workflow: str | None, execution_id: str) -> FailureError:
    if workflow is not None:
        return failure_of(workflow_error(cause, workflow, execution_id))
    if isinstance(cause, ApplicationError):
        return cause
    return failure_of(ended_for_others(cause, execution_id) or ActionError(str(cause)))
