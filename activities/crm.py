"""Tasks for the people who look after customers."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from activities.parts.derived import derived_id
from activities.parts.fields import Inputs, Text
from activities.parts.services import CRM
from dosdk_temporal import ActionContext, action

__all__ = ["CreatedTask", "NewTask", "create_crm_task"]


class NewTask(Inputs):
    """What is to be done, and about whom."""

    user_id: Text
    task: Text


class CreatedTask(TypedDict):
    """The task, by the id that the CRM gave it; by one of our own where it gave none."""

    success: bool
    taskId: str


@action.create(name="create-crm-task", description="Creates a task in the CRM.")
async def create_crm_task(inputs: NewTask, context: ActionContext) -> CreatedTask:
    """Create the task.

    Raises:
        ActionError: what the CRM says.
    """
    payload = {"userId": inputs.user_id, "task": inputs.task}
    answer = await CRM.tell(inputs.task, payload, key=context.idempotency_key)
    return {"success": True, "taskId": _given_id(answer) or derived_id("task", context.idempotency_key)}


def _given_id(answer: Any) -> str | None:
    if not isinstance(answer, dict):
        return None
    given = answer.get("taskId") or answer.get("id")
    return str(given) if given else None
