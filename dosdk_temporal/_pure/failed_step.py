"""Pure: the step of a run that an error is told of: of another run that it waited for, the call, and not that run's own step."""

from __future__ import annotations

from typing import Final, TypeVar

from dosdk_temporal.errors import DoError, WorkflowError

__all__ = ["CALLED_IN", "called_in", "came_of_call", "failed_step", "innermost"]

E = TypeVar("E", bound=DoError)

CALLED_IN: Final = "called_in"
"""Where an error carries the call's step, beside its own run's; a wire name, never to change."""


def came_of_call(error: E, step: str) -> E:
    """The error of another run, as it comes up in the step that called it."""
    setattr(error, CALLED_IN, step)
    return error


def called_in(error: BaseException) -> str | None:
    """The step that called the run which the error is of; None for an error of the run itself."""
    step = getattr(error, CALLED_IN, None)
    return step if isinstance(step, str) else None


def failed_step(error: BaseException) -> str | None:
    """The step in which a run has failed; None where that was between steps."""
    return called_in(error) or getattr(error, "step", None)


def innermost(error: DoError) -> DoError:
    """What a run failed with in the end: of runs that called each other, the error of the last."""
    while isinstance(error, WorkflowError) and error.cause is not None:
        error = error.cause
    return error
