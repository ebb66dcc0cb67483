"""A sign-up in three steps: a row, a welcome, a contact. Only what failed is tried again, until it succeeds."""

from __future__ import annotations

from typing_extensions import TypedDict

from dosdk_temporal import Do, Retry, Trigger

__all__ = ["NewUser", "SignedUp", "sign_up"]

do = Do()

_PATIENT = Retry.forever(max_delay="1h")


class NewUser(TypedDict):
    """Who signs up."""

    name: str
    email: str


class SignedUp(TypedDict):
    """The user's id, and the welcome mail's Message-ID."""

    userId: str
    messageId: str


@do.workflow.create(
    name="sign-up",
    description="Creates a user's row, welcomes them and tells the CRM; a whole sign-up done again mails nobody twice.",
    input=NewUser,
    retry=_PATIENT,
)
async def sign_up(trigger: Trigger) -> SignedUp:
    """Create, welcome, tell: an address is one user, and a user is welcomed once, whatever is run again."""
    user: NewUser = trigger.payload
    user_id: str = (await do.action.run("create-user-in-db", user))["userId"]
    welcome = await do.action.run("send-welcome-email", {"userId": user_id}, idempotency_key=user_id)
    await do.action.run("update-crm", {"userId": user_id, **user})
    return {"userId": user_id, "messageId": welcome["messageId"]}
