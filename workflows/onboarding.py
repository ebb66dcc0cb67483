"""From sign-up to a welcomed customer whom somebody looks after."""

# ruff: noqa: T201 - printing is how a workflow handler speaks: once an execution, never again on replay

from __future__ import annotations

from dosdk_temporal import Do, Trigger
from dosdk_temporal.errors import DoError

__all__ = ["onboard_user"]

do = Do()


@do.workflow.create(
    name="new-user-onboarding",
    description="Handles the full onboarding process for a new user sign-up.",
    trigger={"event": "user.created"},
)
async def onboard_user(trigger: Trigger) -> dict[str, str]:
    """Enrich, welcome, hand to sales; where any of it fails, tell support."""
    print(f"Starting onboarding for: {trigger.payload['email']}")

    try:
        enriched = await do.action.run("enrich-user-profile", {"email": trigger.payload["email"]})

        if enriched["success"]:
            await do.action.run("send-welcome-email", {"userId": enriched["userId"], "template": "welcome-standard"})

        await do.action.run(
            "create-crm-task", {"userId": enriched["userId"], "task": "Follow up with new user in 7 days."}
        )
    except DoError as error:
        print("Onboarding workflow failed.", error)
        await do.action.run(
            "create-support-alert",
            {"email": trigger.payload["email"], "reason": "Onboarding workflow failed during execution."},
        )

    return {"status": "completed"}
