"""Messages to colleagues on Slack."""

from __future__ import annotations

from typing_extensions import TypedDict

from activities.parts.fields import Inputs, Text
from activities.parts.markup import plain
from activities.parts.services import SLACK
from dosdk_temporal import ActionContext, action

__all__ = ["NewCustomer", "SalesNotified", "notify_sales_on_slack"]


class NewCustomer(Inputs):
    """Whom sales should know about."""

    customer_name: Text


class SalesNotified(TypedDict):
    """What was said."""

    success: bool
    text: str


@action.create(name="notify-sales-on-slack", description="Tells sales about a new customer.")
async def notify_sales_on_slack(inputs: NewCustomer, context: ActionContext) -> SalesNotified:
    """Post the message.

    Raises:
        ActionError: what Slack says.
    """
    text = f"New customer: {plain(inputs.customer_name)}"
    await SLACK.tell(text, {"text": text}, key=context.idempotency_key)
    return {"success": True, "text": text}
