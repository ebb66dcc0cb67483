"""Pure: the ids of what is done beside a step; wire names, never to change."""

from __future__ import annotations

from typing import Final

from dosdk_temporal._pure.notifications import MOMENTS

__all__ = ["COMPENSATION", "FALLBACK", "ON_FAILURE", "is_aside", "owner_of"]

FALLBACK: Final = ":fallback"
"""Behind the id of the step that a function stands in for."""

COMPENSATION: Final = ":compensate"
"""Behind the id of the step that a function undoes."""

ON_FAILURE: Final = ":on_failure"
"""Behind the id of the step whose failure is told; without one, of the run's own failure."""


def owner_of(step: str) -> str:
    """The step that another stands in for, undoes or tells of; of a step of its own, itself."""
    for suffix in (FALLBACK, COMPENSATION, ON_FAILURE):
        step = step.removesuffix(suffix)
    return step


def is_aside(step: str) -> bool:
    """Whether a step is there for another one, or tells of the run: nothing that a run could go on from."""
    return owner_of(step) != step or step.startswith(tuple(f"{moment}/" for moment in MOMENTS))
