"""Pure: what a simulated run meets: what functions and workflows give, which events and decisions come."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from dosdk_temporal.errors import NotFoundError

__all__ = ["Fixture", "World", "answer_of"]

_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_MISSING: Final = object()

Fixture = Callable[[Any], Any] | Any
"""A value, or a function of the input that gives one or raises."""


@dataclass
class World:
    """What a simulated run meets.

    Attributes:
        functions: by name; a call of one that is missing fails.
        workflows: likewise.
        events: payloads that arrive for each wait for an event of that name, in turn.
        approvals: decisions by the step's id: ``{approved, by, comment, form}``; one that is missing never comes.
        resolutions: what becomes of a held step, by its id, in turn: ``{resolution, value}``; one that is missing never comes.
        start: the run's clock at its beginning.
        long_after: effects after which the record counts as long; None for never.
    """

    functions: Mapping[str, Fixture] = field(default_factory=dict)
    workflows: Mapping[str, Fixture] = field(default_factory=dict)
    events: Mapping[str, list[Any]] = field(default_factory=dict)
    approvals: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    resolutions: Mapping[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    start: datetime = _START
    long_after: int | None = None


async def answer_of(fixtures: Mapping[str, Fixture], name: str, given: Any, what: str) -> Any:
    """What a fixture gives, by the name with its version or without.

    Args:
        fixtures: by name.
        name: what is called.
        given: its input.
        what: ``function`` or ``workflow``, for people.

    Raises:
        NotFoundError: where there is none.
        Exception: whatever the fixture raises.
    """
    fixture = fixtures.get(name, fixtures.get(name.partition("@")[0], _MISSING))
    if fixture is _MISSING:
        raise NotFoundError(f"the fixtures have no {what} {name!r}: say what it gives")
    answer = fixture(copy.deepcopy(given)) if callable(fixture) else copy.deepcopy(fixture)
    return await answer if asyncio.iscoroutine(answer) else answer
