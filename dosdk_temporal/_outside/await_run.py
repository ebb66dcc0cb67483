"""Outside: waiting, for a workflow, for a run that somebody else started."""

from __future__ import annotations

import json
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError, FailureError

from dosdk_temporal._outside.beating import beating
from dosdk_temporal._wire.failures import failure_of
from dosdk_temporal._wire.payloads import call_of
from dosdk_temporal.errors import ActionError, ConflictError

__all__ = ["await_run", "check_digest"]


async def await_run(data: bytes) -> RawValue:
    """The result of the run of that id.

    Args:
        data: JSON, ``{id, digest}``: the digest of the input that the caller has.

    Raises:
        ApplicationError: as the run failed; or a ConflictError's, where it began with another input.
    """
    asked = json.loads(data)
    client = activity.client()
    handle = client.get_workflow_handle(asked["id"], result_type=RawValue)
    try:
        async with beating():
            await check_digest(client, handle, asked["digest"])
            return await handle.result()  # type: ignore[no-any-return] # typed by result_type
    except ConflictError as error:
        raise failure_of(error) from None
    except WorkflowFailureError as failure:
        raise _final(failure.cause) from None


async def check_digest(client: Client, handle: WorkflowHandle[Any, Any], digest: str | None) -> None:
    """Compare the input that a keyed run began with.

    Raises:
        ConflictError: when it differs: one key stands for one input.
    """
    async for event in handle.fetch_history_events(page_size=1):
        payloads = event.workflow_execution_started_event_attributes.input.payloads
        codec = client.data_converter.payload_codec
        decoded = payloads if codec is None else await codec.decode(payloads)
        _, facts = call_of([RawValue(payload) for payload in decoded])
        if digest is not None and facts.digest != digest:
            raise ConflictError(
                f"the idempotency key of {handle.id!r} was used with another input: one key stands for one input",
                execution_id=handle.id,
            )
        return


def _final(cause: BaseException | None) -> FailureError:
    if isinstance(cause, ApplicationError):
        return cause
    return failure_of(ActionError(str(cause)))
