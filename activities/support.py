"""Alerts for support."""

from __future__ import annotations

from typing_extensions import TypedDict

from activities.parts.derived import derived_id
from activities.parts.fields import Inputs, Text
from activities.parts.services import ALERTS
from dosdk_temporal import ActionContext, action

__all__ = ["AlertRaised", "Trouble", "create_support_alert"]


class Trouble(Inputs):
    """Who is in trouble, and why.

    The address is any text: one that is no address may be the very reason.
    """

    email: Text
    reason: Text


class AlertRaised(TypedDict):
    """The alert's id; the same one on every attempt."""

    success: bool
    alertId: str


@action.create(name="create-support-alert", description="Alerts support about a customer whose process failed.")
async def create_support_alert(inputs: Trouble, context: ActionContext) -> AlertRaised:
    """Raise the alert, with the id of the run that raises it.

    Raises:
        ActionError: what the alerting service says.
    """
    alert_id = derived_id("alert", context.idempotency_key)
    payload = {"alertId": alert_id, "email": inputs.email, "reason": inputs.reason, "executionId": context.execution_id}
    await ALERTS.tell(inputs.reason, payload, key=context.idempotency_key)
    return {"success": True, "alertId": alert_id}
