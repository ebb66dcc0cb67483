"""The texts of mails."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["LETTERS", "WELCOMES", "Template"]

_PLACE: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Template:
    """A mail's text, with places like ``{name}``."""

    subject: str
    body: str

    @property
    def places(self) -> list[str]:
        """The names of what it wants to know, each once."""
        return list(dict.fromkeys(_PLACE.findall(f"{self.subject} {self.body}")))

    def filled(self, known: Mapping[str, str]) -> Template:
        """The text with each place filled; what is filled in is never looked at again, and a subject stays one line."""
        subject, body = (_PLACE.sub(lambda place: known[place[1]], text) for text in (self.subject, self.body))
        return Template(" ".join(subject.split()), body)


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
"""To people who signed up, by the names that workflows use."""

LETTERS: Final[Mapping[str, Template]] = {
    "welcome": Template(
        "Welcome to .do!",
        "Hi {companyName},\n\nwelcome aboard! Your account is ready: {accountUrl}\n\nWe know what {industry} asks for. "
        "Answer this mail whenever\nsomething is unclear: a person reads it.\n",
    ),
    "scheduling-link": Template(
        "Choose a time for your kick-off",
        "Hi,\n\nplease choose a time for your kick-off call: {link}\n\nWhat we would talk about:\n{topics}\n",
    ),
    "business-review": Template(
        "Business review: {companyName}",
        "{companyName}, plan {plan}\n\n{figures}\n\n{recommendations}\n",
    ),
}
"""To customers and about them, by the names that workflows use."""
