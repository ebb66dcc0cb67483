"""The business workflows that ship with the project, one a module; importing this makes their names callable."""

from workflows.definitions import customer_onboarding, customer_onboarding_workflow, quarterly_business_review
from workflows.expenses import approve_expense
from workflows.onboarding import onboard_user
from workflows.sign_up import sign_up
from workflows.welcome import welcome_user

__all__ = [
    "approve_expense",
    "customer_onboarding",
    "customer_onboarding_workflow",
    "onboard_user",
    "quarterly_business_review",
    "sign_up",
    "welcome_user",
]
