"""Wire: how a run's record says which version of its workflow it began with, and what Temporal calls staying with a build."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from temporalio.common import VersioningBehavior

from dosdk_temporal._pure.names import RESERVED_PREFIX

__all__ = ["BEHAVIOURS", "GIVEN_UP", "TEXT_KEPT", "mark_of", "version_of_marks"]

BEHAVIOURS: Final[Mapping[str, VersioningBehavior]] = {
    "pinned": VersioningBehavior.PINNED,
    "auto_upgrade": VersioningBehavior.AUTO_UPGRADE,
}

_PREFIX: Final = f"{RESERVED_PREFIX}version/"

GIVEN_UP: Final = f"{RESERVED_PREFIX}given-up"
"""The id of the patch of a run that failed because no worker had what it needs; a wire name, never to change."""

TEXT_KEPT: Final = f"{RESERVED_PREFIX}text"
"""The id of the patch of a run whose record has the text that it runs; a wire name, never to change."""


def mark_of(version: str) -> str:
    """The id of the patch that a run of that version records at its first task; a wire name, never to change."""
    return f"{_PREFIX}{version}"


def version_of_marks(marks: Iterable[str]) -> str | None:
    """The version that is among a run's patches; None where it recorded none."""
    return next((mark.removeprefix(_PREFIX) for mark in marks if mark.startswith(_PREFIX)), None)
