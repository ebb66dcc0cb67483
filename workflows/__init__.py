"""The business workflows that ship with the project, one a module; importing this makes their names callable."""

from workflows.customer_onboarding import customer_onboarding
from workflows.expenses import approve_expense
from workflows.onboarding import onboard_user
from workflows.welcome import welcome_user

__all__ = ["approve_expense", "customer_onboarding", "onboard_user", "welcome_user"]
