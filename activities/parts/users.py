"""The people who signed up, as rows."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from activities.parts.database import insert_once, transaction, uninterrupted, users

__all__ = ["User", "ensure_user", "find_user", "find_user_by_email", "users_at"]


@dataclass(frozen=True)
class User:
    """Someone who signed up.

    Attributes:
        id: as other systems know them: ``usr_…``.
        email: in lower case; no two users share one.
        name: as they or a colleague gave it; None while nobody has.
        profile: what enrichment found; None before it looked.
    """

    id: str
    email: str
    name: str | None
    profile: dict[str, Any] | None

    @property
    def known_as(self) -> str | None:
        """What to call them: their name, else the one that enrichment found."""
        return self.name or (self.profile or {}).get("name")


_COLUMNS = (users.c.id, users.c.email, users.c.name, users.c.profile)


@uninterrupted
async def ensure_user(email: str, *, name: str | None = None, profile: Mapping[str, Any] | None = None) -> User:
    """The user with that address, created where there is none, in one statement.

    A user that exists keeps the name it has, and gets the one given where it has none; a profile given replaces the
    one there is. So a call that comes again, or comes at the same time elsewhere, changes nothing.
    """
    row = {
        "id": f"usr_{secrets.token_hex(12)}",
        "email": email,
        "name": name,
        "profile": dict(profile) if profile else None,
    }
    async with transaction() as connection:
        insert = insert_once(connection, users, row)
        statement = insert.on_conflict_do_update(
            index_elements=[users.c.email],
            set_={
                "name": func.coalesce(users.c.name, insert.excluded.name),
                "profile": func.coalesce(insert.excluded.profile, users.c.profile),
            },
        )
        stored = await connection.execute(statement.returning(*_COLUMNS))
        return User(*stored.one())


async def find_user(user_id: str) -> User | None:
    """The user with that id, or None."""
    return await _find(users.c.id == user_id)


async def find_user_by_email(email: str) -> User | None:
    """The user with that address, or None."""
    return await _find(users.c.email == email)


@uninterrupted
async def users_at(domain: str) -> int:
    """How many users have an address of that domain."""
    async with transaction() as connection:
        there = users.c.email.endswith(f"@{domain}", autoescape=True)
        return await connection.scalar(select(func.count()).select_from(users).where(there)) or 0


@uninterrupted
async def _find(condition: ColumnElement[bool]) -> User | None:
    async with transaction() as connection:
        row = (await connection.execute(select(*_COLUMNS).where(condition))).one_or_none()
        return User(*row) if row else None
