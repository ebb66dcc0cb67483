"""What the tests of waiting look at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import PauseWorkflowExecutionRequest, UnpauseWorkflowExecutionRequest
from temporalio.client import WorkflowHandle

from dosdk_temporal import ApprovalError, Do, Execution
from dosdk_temporal._client.history import past_waits


async def waits_for(execution: Execution, *names: str) -> None:
    """Wait until the run waits for these, and nothing else."""
    while sorted(wait.name for wait in (await execution.status()).waiting_for) != sorted(names):  # noqa: ASYNC110 - a worker makes it so
        await asyncio.sleep(0.02)


async def refusal(attempt: Awaitable[Any]) -> str:
    """Why a decision is refused."""
    with pytest.raises(ApprovalError) as refused:
        await attempt
    assert type(refused.value) is ApprovalError
    return str(refused.value)


async def handle_of(do: Do, execution: Execution) -> WorkflowHandle[Any, Any]:
    """The run as any Temporal client holds it."""
    return (await do.connection()).client.get_workflow_handle(execution.id)


async def send(do: Do, execution: Execution, name: str, *arguments: Any) -> None:
    """Send a signal as any Temporal client does."""
    await (await handle_of(do, execution)).signal(name, args=arguments)


async def recorded(do: Do, execution: Execution) -> list[dict[str, Any]]:
    """How each wait ended and which signals were refused, as the record tells it, without its times."""
    told = await past_waits(await do.connection(), await handle_of(do, execution))
    return [{key: value for key, value in entry.items() if key not in {"at", "link"}} for entry in told]


async def answers(do: Do, execution: Execution) -> list[str]:
    """What the record says that updates were answered: the name that counts, or why it was refused."""
    return [told async for told in _answers(do, execution)]


async def _answers(do: Do, execution: Execution) -> AsyncIterator[str]:
    async for event in history(do, execution):
        if event.HasField("workflow_execution_update_completed_event_attributes"):
            outcome = event.workflow_execution_update_completed_event_attributes.outcome
            if outcome.HasField("failure"):
                yield outcome.failure.message
            else:
                (answer,) = await (await do.connection()).client.data_converter.decode(outcome.success.payloads)
                yield answer["state"]


async def history(do: Do, execution: Execution) -> AsyncIterator[HistoryEvent]:
    """The run's events."""
    async for event in (await handle_of(do, execution)).fetch_history_events():
        yield event


async def pause(do: Do, execution: Execution) -> None:
    """Pause the run, as an operator does."""
    client = (await do.connection()).client
    await client.workflow_service.pause_workflow_execution(
        PauseWorkflowExecutionRequest(
            namespace=client.namespace, workflow_id=execution.id, request_id=str(uuid4()), reason="looking into it"
        )
    )


async def unpause(do: Do, execution: Execution) -> None:
    """Let the run go on."""
    client = (await do.connection()).client
    await client.workflow_service.unpause_workflow_execution(
        UnpauseWorkflowExecutionRequest(
            namespace=client.namespace, workflow_id=execution.id, request_id=str(uuid4()), reason="looked into it"
        )
    )
