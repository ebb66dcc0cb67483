"""What can be learned about a person from an e-mail address."""

from __future__ import annotations

import os
import re
from typing import Any, Final

from activities.parts import web
from activities.parts.notices import tell_once
from activities.parts.users import users_at
from dosdk_temporal.errors import ActionError

__all__ = ["look_up"]

_VARIABLE: Final = "DO_ENRICH_URL"
_SERVICE: Final = f"profile enrichment ({_VARIABLE})"
_PRIVATE: Final = frozenset(
    {"gmail.com", "gmx.net", "hotmail.com", "icloud.com", "outlook.com", "proton.me", "yahoo.com"}
)
"""Domains of mail providers: an address there says nothing about an employer."""


async def look_up(email: str, *, key: str) -> dict[str, Any] | None:
    """The profile that the service at ``DO_ENRICH_URL`` knows; None where it knows nobody with that address.

    The service gets ``{"email": …}`` and answers with a JSON object; an empty one, null or no body means nobody. Where
    no service is configured, the profile is derived from the address and from the users there are.

    Args:
        email: whose.
        key: the idempotency key.

    Raises:
        ActionError: when the service refuses, cannot be reached, or answers something else.
    """
    url = os.environ.get(_VARIABLE)
    if not url:
        tell_once(
            "enrichment",
            f"Profiles are not looked up: {_VARIABLE} is not set. They are derived from e-mail addresses instead; set "
            f"{_VARIABLE} to the address of a service to look them up.",
        )
        return await _derive(email)
    answer = await web.post(_SERVICE, url, {"email": email}, key=key)
    if not isinstance(answer, dict | None):
        raise ActionError(f"{_SERVICE} answered something that is not a JSON object", retryable=False)
    return answer or None


async def _derive(email: str) -> dict[str, Any]:
    person, _, domain = email.partition("@")
    private = domain in _PRIVATE
    return {
        "name": _name(person),
        "domain": domain,
        "company": None if private else _company(domain),
        "knownColleagues": 0 if private else await users_at(domain),
        "source": "derived",
    }


def _name(person: str) -> str | None:
    """``Jane Doe`` of ``jane.doe+news``; None of ``info``: one word is as often a department as a name."""
    words = re.split(r"[._]", person.partition("+")[0])
    return " ".join(words).title() if len(words) > 1 and all(word.isalpha() for word in words) else None


def _company(domain: str) -> str:
    """``Acme`` of ``mail.acme.example``: a guess, which is wrong for two-part endings such as ``co.uk``."""
    return domain.split(".")[-2:][0].title()
