"""Account managers: who there is, and who looks after whom."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError

from activities.parts.fields import Email
from activities.parts.notices import tell_once
from dosdk_temporal.errors import ActionError

__all__ = ["Manager", "chosen_manager", "managers"]

_VARIABLE: Final = "DO_ACCOUNT_MANAGERS"
_ENTRY: Final = re.compile(r"(?:(?P<industry>[^:<>]+):)?\s*(?P<name>[^:<>]+?)\s*<(?P<email>[^<>]+)>")
_ADDRESS: Final[TypeAdapter[str]] = TypeAdapter(Email)


@dataclass(frozen=True)
class Manager:
    """Someone who looks after customers.

    Attributes:
        name: as customers know them.
        email: theirs.
        industry: what they know best; None for whoever knows a bit of everything.
    """

    name: str
    email: str
    industry: str | None = None


_TEAM: Final = Manager("the account team", "account-managers@example.com")


def managers() -> list[Manager]:
    """The managers of ``DO_ACCOUNT_MANAGERS``, as in ``healthcare: Grace Hopper <grace@acme.example>; Ada Lovelace <ada@…>``.

    Where it is not set there is only the team's own address, that of the documents.

    Raises:
        ActionError: not retryable, when it reads otherwise.
    """
    written = os.environ.get(_VARIABLE, "").strip()
    if not written:
        tell_once(
            "managers",
            f"No account manager is known: {_VARIABLE} is not set. Customers are given to {_TEAM.email}; set "
            f"{_VARIABLE}='healthcare: Grace Hopper <grace@acme.example>; Ada Lovelace <ada@acme.example>'.",
        )
        return [_TEAM]
    return [_manager(entry) for entry in written.split(";") if entry.strip()]


def chosen_manager(among: list[Manager], industry: str, loads: Mapping[str, int]) -> Manager:
    """Who should look after a customer: of those who know its industry, else of all, whoever has the fewest.

    Args:
        among: the managers; of equals the first one is chosen.
        industry: the customer's.
        loads: how many customers each has, by address.
    """
    knowing = [manager for manager in among if (manager.industry or "").lower() == industry.lower()]
    return min(knowing or among, key=lambda manager: loads.get(manager.email, 0))


def _manager(entry: str) -> Manager:
    match = _ENTRY.fullmatch(entry.strip())
    try:
        if match:
            industry = (match["industry"] or "").strip() or None
            return Manager(match["name"].strip(), _ADDRESS.validate_python(match["email"]), industry)
    except ValidationError:
        pass
    raise ActionError(
        f"{_VARIABLE} must read 'Name <address>; industry: Name <address>', and {entry.strip()!r} does not",
        retryable=False,
    )
