"""The texts of welcome mails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["WELCOMES", "Template"]


@dataclass(frozen=True)
class Template:
    """A mail's text; ``{name}`` in the body is who it is for."""

    subject: str
    body: str

    def filled(self, name: str | None) -> str:
        """The body for someone; for ``there`` where the name is not known."""
        return self.body.replace("{name}", name or "there")


WELCOMES: Final[Mapping[str, Template]] = {
    "welcome": Template("Welcome to .do!", "Hi {name}, welcome aboard!\n"),
    "welcome-standard": Template(
        "Welcome to .do!",
        "Hi {name}, welcome aboard!\n\nYour account is ready. Answer this mail whenever something is unclear:\n"
        "a person reads it.\n",
    ),
    "new-user-welcome-v1": Template(
        "Your .do account is ready",
        "Hi {name},\n\nthank you for signing up. Your account is ready, and so is your first workflow:\n"
        "it is the one that sent you this mail.\n",
    ),
}
"""By the names that workflows use."""
