"""A welcome mail, and then days of waiting for the click on its link. How far each user came is in the Datastore."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from typing_extensions import TypedDict

from dosdk_temporal import ActionError, ConflictError, Do, Trigger, WaitTimeoutError

__all__ = ["NewUser", "UserRecord", "Welcomed", "welcome_user"]

do = Do()
users = do.datastore.namespace("users")

_PAUSES: Final = ("10m", "1h", "6h", "1d")
"""Between the tries to welcome a user, each of which is itself tried a few times: mail services come back."""


class NewUser(TypedDict):
    """Who signed up."""

    email: str
    name: str


class UserRecord(TypedDict):
    """How far a user came: ``registered``, ``email_sent`` or ``confirmed``, and what was done."""

    userId: str
    status: str
    welcomeEmailSent: bool
    profileSetup: bool


class Welcomed(TypedDict):
    """How far the user came in this run, and when the link was clicked."""

    userId: str
    status: str
    clickedAt: str | None


@do.workflow.create(
    name="welcome-new-user",
    description="Welcomes a new user, waits two weeks for the click on the link, then sets the profile up.",
    trigger={"event": "user.registered"},
    input=NewUser,
)
async def welcome_user(trigger: Trigger) -> Welcomed:
    """Record, mail, wait, go on: who has not clicked in two weeks is somebody's to call."""
    user: NewUser = trigger.payload
    created = await do.action.run("create-user-in-db", user)
    user_id: str = created["userId"]
    await _welcome(user_id, user)

    try:
        click = await do.wait_for_event("welcome-link.clicked", match={"userId": user_id}, timeout="14d")
    except WaitTimeoutError:
        await do.action.run("create-crm-task", {"userId": user_id, "task": "Has not confirmed in two weeks: call."})
        return {"userId": user_id, "status": "email_sent", "clickedAt": None}

    await do.action.run("enrich-user-profile", {"email": user["email"]})
    await users.update(user_id, {"status": "confirmed", "profileSetup": True})
    return {"userId": user_id, "status": "confirmed", "clickedAt": click.time.isoformat()}


async def _welcome(user_id: str, user: NewUser) -> None:
    """Mail a user once, whatever runs came before, and record it; while that fails, the record says it is to be done."""
    fresh: UserRecord = {"userId": user_id, "status": "registered", "welcomeEmailSent": False, "profileSetup": False}
    with suppress(ConflictError):  # a run before this one began the record
        await users.set(user_id, fresh, if_absent=True)

    record = await users.get(user_id, fresh, as_type=UserRecord)
    if not record["welcomeEmailSent"]:
        await _mail(user)
        await users.update(user_id, {"status": "email_sent", "welcomeEmailSent": True})


async def _mail(user: NewUser) -> None:
    for pause in _PAUSES:
        try:
            await do.action.run("send-welcome-email", user)
        except ActionError:
            await do.sleep(pause)
        else:
            return
    await do.action.run("send-welcome-email", user)
