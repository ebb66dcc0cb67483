"""What the people who look after customers see: who there is, and what is to be done."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from activities.parts.derived import derived_id
from activities.parts.fields import Email, Inputs, Text
from activities.parts.services import CRM
from dosdk_temporal import ActionContext, action

__all__ = ["Contact", "CreatedTask", "NewTask", "UpdatedContact", "create_crm_task", "update_crm"]


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


class Contact(Inputs):
    """Who signed up, by the id of their row."""

    user_id: Text
    name: Text
    email: Email


class UpdatedContact(TypedDict):
    """Whom the CRM knows now."""

    success: bool
    userId: str


@action.create(name="update-crm", description="Makes a user known to the CRM; told twice, it knows them once.")
async def update_crm(inputs: Contact, context: ActionContext) -> UpdatedContact:
    """Tell the CRM who the user is.

    Raises:
        ActionError: what the CRM says.
    """
    payload = {"userId": inputs.user_id, "name": inputs.name, "email": inputs.email}
    await CRM.tell(f"Contact: {inputs.name}", payload, key=context.idempotency_key)
    return {"success": True, "userId": inputs.user_id}


def _given_id(answer: Any) -> str | None:
    if not isinstance(answer, dict):
        return None
    given = answer.get("taskId") or answer.get("id")
    return str(given) if given else None
