"""The business workflows that ship with the project, one a module; importing this makes their names callable."""

from workflows.onboarding import onboard_user

__all__ = ["onboard_user"]
