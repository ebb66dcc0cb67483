"""The welcome mail."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, model_validator
from typing_extensions import TypedDict

from activities.parts import mail
from activities.parts.fields import Email, Inputs, Text
from activities.parts.templates import WELCOMES
from activities.parts.users import find_user, find_user_by_email
from dosdk_temporal import ActionContext, action
from dosdk_temporal.errors import ActionError

__all__ = ["Welcome", "WelcomeSent", "send_welcome_email"]


def _known(template: str) -> str:
    if template not in WELCOMES:
        raise ValueError(f"there is no template {template!r}, there are {', '.join(map(repr, sorted(WELCOMES)))}")
    return template


class Welcome(Inputs):
    """Whom to welcome, in every spelling that the documents use, and with which text.

    One of ``userId`` and ``recipientId`` (a user's id) or ``email`` and ``recipientEmail`` (an address) says who it is.
    """

    user_id: Text | None = None
    recipient_id: Text | None = None
    email: Email | None = None
    recipient_email: Email | None = None
    name: Text | None = None
    template: Annotated[str, AfterValidator(_known)] = "welcome"

    @model_validator(mode="after")
    def _one_recipient(self) -> Self:
        given = [who for who in (self.user_id, self.recipient_id, self.email, self.recipient_email) if who]
        if len(given) != 1:
            raise ValueError(
                f"{'nobody is' if not given else 'more than one is'} named as recipient: "
                "give one of 'userId', 'recipientId', 'email' and 'recipientEmail'"
            )
        return self


class WelcomeSent(TypedDict):
    """The mail's Message-ID; the same one on every attempt."""

    success: bool
    messageId: str


@action.create(name="send-welcome-email", description="Sends a welcome email to a new user.")
async def send_welcome_email(inputs: Welcome, context: ActionContext) -> WelcomeSent:
    """Send the welcome mail to a user or to an address.

    Raises:
        ActionError: ``User not found.``, not retryable; or what the mail server says.
    """
    address, name = await _recipient(inputs)
    letter = WELCOMES[inputs.template].filled({"name": name or "there"})
    message_id = await mail.send(address, letter.subject, letter.body, key=context.idempotency_key)
    return {"success": True, "messageId": message_id}


async def _recipient(inputs: Welcome) -> tuple[str, str | None]:
    if address := inputs.email or inputs.recipient_email:
        user = None if inputs.name else await find_user_by_email(address)
        return address, inputs.name or (user.known_as if user else None)
    user = await find_user(inputs.user_id or inputs.recipient_id or "")
    if user is None:
        raise ActionError("User not found.", retryable=False)
    return user.email, inputs.name or user.known_as
