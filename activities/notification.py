"""Telling people of runs: the action that the SDK calls for ``notifications`` and for reminders."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from activities.parts import mail
from activities.parts.fields import Email, Inputs, Text
from activities.parts.markup import plain
from activities.parts.services import SLACK
from dosdk_temporal import ActionContext, action

__all__ = ["Notification", "NotificationSent", "send_notification"]

_ADDRESS: TypeAdapter[str] = TypeAdapter(Email)


def _recipient(to: str) -> str:
    if to[0] in "#@" and len(to) > 1 and not any(map(str.isspace, to)):
        return to
    try:
        return _ADDRESS.validate_python(to)
    except ValidationError:
        raise ValueError("must be one e-mail address, '#channel' or '@name'") from None


class Notification(Inputs):
    """Whom to tell, and what.

    ``kind`` says why: ``onStart``, ``onComplete``, ``onFailure``, or the word of a reminder.
    """

    to: Annotated[Text, AfterValidator(_recipient)]
    subject: Text
    body: Annotated[str, StringConstraints(max_length=20_000)]
    execution_id: Text
    kind: Text


class NotificationSent(TypedDict):
    """By which way it went."""

    success: bool
    channel: str


@action.create(
    name="send-notification", description="Tells somebody of a run: by mail, or on Slack for #channel and @name."
)
async def send_notification(inputs: Notification, context: ActionContext) -> NotificationSent:
    """Tell one recipient.

    Raises:
        ActionError: what the mail server or Slack says.
    """
    subject = " ".join(inputs.subject.split())
    if inputs.to[0] in "#@":
        # A webhook of Slack's newer kind posts to the one channel it was made for, whatever is asked.
        payload = {"channel": inputs.to, "text": f"{plain(subject)}\n{plain(inputs.body)}"}
        await SLACK.tell(f"{inputs.to}: {subject}", payload, key=context.idempotency_key)
        return {"success": True, "channel": "slack"}
    await mail.send(inputs.to, subject, inputs.body, key=context.idempotency_key)
    return {"success": True, "channel": "mail"}
