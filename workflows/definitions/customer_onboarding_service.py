"""The service that makes a customer: in the database, in billing, in their mailbox, and known to sales."""

from __future__ import annotations

from dosdk_temporal import Do

__all__ = ["customer_onboarding"]

do = Do()

customer_onboarding = do.service.create(
    name="customer-onboarding-workflow",
    description="Creates a user, sets up billing, welcomes them, and tells sales.",
    input={"userName": "string", "userEmail": {"type": "string", "format": "email"}},
    steps=[
        {"action": "create-user-in-db", "params": {"name": "{{ input.userName }}", "email": "{{ input.userEmail }}"}},
        {"action": "setup-billing-account", "params": {"email": "{{ input.userEmail }}"}},
        {"action": "send-welcome-email", "params": {"recipientEmail": "{{ input.userEmail }}"}},
        {"action": "notify-sales-on-slack", "params": {"customerName": "{{ input.userName }}"}},
    ],
)
