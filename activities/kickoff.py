"""The first call with a customer: put into calendars, or offered by a link."""

from __future__ import annotations

import os
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from pydantic import Field
from typing_extensions import TypedDict

from activities.parts import mail
from activities.parts.derived import derived_id
from activities.parts.fields import Email, Inputs, Text
from activities.parts.services import CALENDAR
from activities.parts.templates import LETTERS
from dosdk_temporal import ActionContext, action

__all__ = ["CallScheduled", "Kickoff", "LinkSent", "schedule_kickoff_call", "send_scheduling_link"]

_MINUTES: Final = 45


class Kickoff(Inputs):
    """Who meets whom, and about what."""

    customer_email: Email
    account_manager_email: Email
    suggested_topics: Annotated[list[Text], Field(max_length=20, default_factory=list)]


class CallScheduled(TypedDict):
    """The call, by the calendar's id or one of our own; ``startsAt`` is None until the calendar says."""

    success: bool
    callId: str
    startsAt: str | None


class LinkSent(TypedDict):
    """What the customer got instead of a call."""

    success: bool
    link: str
    messageId: str


@action.create(name="scheduleKickoffCall", description="Puts the kick-off call into both calendars.")
async def schedule_kickoff_call(inputs: Kickoff, context: ActionContext) -> CallScheduled:
    """Ask the calendar for the next time that suits both.

    Raises:
        ActionError: what the calendar says.
    """
    payload = {
        "title": "Kick-off call",
        "attendees": [inputs.customer_email, inputs.account_manager_email],
        "topics": inputs.suggested_topics,
        "minutes": _MINUTES,
    }
    said: Any = await CALENDAR.tell("Kick-off call", payload, key=context.idempotency_key)
    answer = said if isinstance(said, dict) else {}
    starts_at = answer.get("startsAt")
    return {
        "success": True,
        "callId": str(answer.get("id") or derived_id("call", context.idempotency_key)),
        "startsAt": str(starts_at) if starts_at else None,
    }


@action.create(name="sendSchedulingLink", description="Lets the customer choose the time of the kick-off call.")
async def send_scheduling_link(inputs: Kickoff, context: ActionContext) -> LinkSent:
    """Mail the customer a link: to the page of ``DO_SCHEDULING_URL``, or, where there is none, to write to the manager.

    Raises:
        ActionError: what the mail server says.
    """
    page, manager = os.environ.get("DO_SCHEDULING_URL"), inputs.account_manager_email
    if page:
        link = f"{page}{'&' if '?' in page else '?'}{urlencode({'with': manager})}"
    else:
        link = f"mailto:{manager}?{urlencode({'subject': 'Kick-off call'}, quote_via=quote)}"
    topics = "\n".join(f"- {topic}" for topic in inputs.suggested_topics) or "- whatever you like"
    letter = LETTERS["scheduling-link"].filled({"link": link, "topics": topics})
    message_id = await mail.send(inputs.customer_email, letter.subject, letter.body, key=context.idempotency_key)
    return {"success": True, "link": link, "messageId": message_id}
