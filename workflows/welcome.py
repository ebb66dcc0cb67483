"""A welcome mail, and then days of waiting for the click on its link."""

from __future__ import annotations

from typing_extensions import TypedDict

from dosdk_temporal import Do, Trigger, WaitTimeoutError

__all__ = ["NewUser", "Welcomed", "welcome_user"]

do = Do()


class NewUser(TypedDict):
    """Who signed up."""

    email: str
    name: str


class Welcomed(TypedDict):
    """How far the user came: ``email_sent``, or ``confirmed`` and when."""

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
    """Mail, wait, go on: who has not clicked in two weeks is somebody's to call."""
    user: NewUser = trigger.payload
    created = await do.action.run("create-user-in-db", user)
    await do.action.run("send-welcome-email", user)
    user_id: str = created["userId"]

    try:
        click = await do.wait_for_event("welcome-link.clicked", match={"userId": user_id}, timeout="14d")
    except WaitTimeoutError:
        await do.action.run("create-crm-task", {"userId": user_id, "task": "Has not confirmed in two weeks: call."})
        return {"userId": user_id, "status": "email_sent", "clickedAt": None}

    await do.action.run("enrich-user-profile", {"email": user["email"]})
    return {"userId": user_id, "status": "confirmed", "clickedAt": click.time.isoformat()}
