"""The names and inputs that the documents promise, as the SDK has them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

import activities
import workflows
from dosdk_temporal import Action, InputError

ACTIONS: Mapping[str, Action[..., object]] = {
    found.name: found for found in vars(activities).values() if isinstance(found, Action)
}


def test_actions_are_registered() -> None:
    """Importing the package makes each documented name callable, with a description for the catalog."""
    assert sorted(ACTIONS) == [
        "allocateResources",
        "announceReviews",
        "assignAccountManager",
        "collectCustomerMetrics",
        "create-crm-task",
        "create-support-alert",
        "create-user-in-db",
        "enrich-user-profile",
        "generateCustomerSuccessPlan",
        "generateRecommendations",
        "listCustomers",
        "notify-sales-on-slack",
        "scheduleKickoffCall",
        "send-notification",
        "send-welcome-email",
        "sendBusinessReview",
        "sendPersonalizedEmail",
        "sendSchedulingLink",
        "setup-billing-account",
        "setupCustomerAccount",
        "update-crm",
    ]
    assert [name for name, action in ACTIONS.items() if not action.description] == []
    for action in ACTIONS.values():
        action.definition.prepare()


def test_onboarding_is_registered() -> None:
    """The onboarding workflow has the documented name, description and trigger."""
    definition = workflows.onboard_user.definition
    assert (definition.name, definition.description, definition.trigger) == (
        "new-user-onboarding",
        "Handles the full onboarding process for a new user sign-up.",
        {"event": "user.created"},
    )


@pytest.mark.parametrize(
    ("name", "documented"),
    [
        ("enrich-user-profile", {"email": "jane.doe@example.com"}),
        ("create-crm-task", {"userId": "usr_12345", "task": "Follow up with new user in 7 days."}),
        ("create-support-alert", {"email": "jane.doe@example.com", "reason": "Onboarding workflow failed."}),
        ("create-user-in-db", {"name": "Jane Doe", "email": "jane.doe@example.com"}),
        ("setup-billing-account", {"email": "jane.doe@example.com"}),
        ("notify-sales-on-slack", {"customerName": "Jane Doe"}),
        ("send-welcome-email", {"userId": "usr_12345", "template": "welcome-standard"}),
        ("send-welcome-email", {"email": "jane.doe@example.com", "name": "Jane Doe"}),
        ("send-welcome-email", {"recipientId": "user_12345abc", "template": "new-user-welcome-v1"}),
        ("send-welcome-email", {"recipientEmail": "jane.doe@example.com"}),
        ("send-welcome-email", {"userId": "usr_12345"}),
    ],
)
def test_documented_inputs_fit(name: str, documented: Mapping[str, str]) -> None:
    """An input as the documents write it is taken, and comes back as it was."""
    (inputs,) = ACTIONS[name].definition.signature.validate(json.dumps(documented).encode()).values()
    assert inputs.model_dump(by_alias=True, exclude_unset=True) == documented


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_misspelt_field(name: str) -> None:
    """A field that an action does not know is named in the refusal."""
    with pytest.raises(InputError, match="mail: is not a field of it"):
        ACTIONS[name].definition.signature.validate(b'{"mail": "jane.doe@example.com"}')
