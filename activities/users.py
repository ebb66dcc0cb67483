"""Actions on the people who signed up."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from activities.parts.enrichment import look_up
from activities.parts.fields import Email, Inputs, Text
from activities.parts.users import ensure_user
from dosdk_temporal import ActionContext, action

__all__ = ["CreatedUser", "EnrichedUser", "NewUser", "UserToEnrich", "create_user_in_db", "enrich_user_profile"]


class NewUser(Inputs):
    """Who signed up."""

    name: Text
    email: Email


class CreatedUser(TypedDict):
    """The user's id; the same one however often the user is created."""

    success: bool
    userId: str


@action.create(name="create-user-in-db", description="Creates the user's row; one e-mail address is one user.")
async def create_user_in_db(inputs: NewUser) -> CreatedUser:
    """Create the user, or find the one that has the address already."""
    user = await ensure_user(inputs.email, name=inputs.name)
    return {"success": True, "userId": user.id}


class UserToEnrich(Inputs):
    """Whose profile."""

    email: Email


class EnrichedUser(TypedDict):
    """What is known now; ``success`` is False, and ``profile`` None, where nobody knows the address."""

    success: bool
    userId: str
    email: str
    profile: dict[str, Any] | None


@action.create(
    name="enrich-user-profile", description="Looks up what is known about an address and keeps it with the user."
)
async def enrich_user_profile(inputs: UserToEnrich, context: ActionContext) -> EnrichedUser:
    """Look the address up, then create the user's row or add the profile to it."""
    profile = await look_up(inputs.email, key=context.idempotency_key)
    user = await ensure_user(inputs.email, profile=profile)
    return {"success": profile is not None, "userId": user.id, "email": user.email, "profile": profile}
