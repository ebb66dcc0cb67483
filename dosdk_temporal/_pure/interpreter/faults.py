"""Pure: what failed, as definitions see it; and what is wrong with a definition's own expressions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.failed_step import failed_step
from dosdk_temporal.errors import DoError

__all__ = ["error_value", "is_fault", "is_one_of", "located", "stored_error"]


def error_value(error: DoError) -> dict[str, Any]:
    """What ``error`` is in a catch, a fallback and the steps of onFailure."""
    return {"type": error.type, "message": error.message, "step": failed_step(error), "attempts": error.attempts}


def stored_error(error: DoError) -> dict[str, Any]:
    """The output of a step that failed and was let go on."""
    return {"error": {"type": error.type, "message": error.message}}


def is_one_of(error: DoError, types: Iterable[str]) -> bool:
    """Whether an error is of one of these types, by its own name or that of a class it derives from; of none given, always."""
    wanted = set(types)
    names = {error.type, *(cls.__name__ for cls in type(error).__mro__)}
    return not wanted or not wanted.isdisjoint(names)


def is_fault(error: BaseException) -> bool:
    """Whether the definition itself is at fault: nothing in it can catch that, so that it does not hide.

    An action that evaluates expressions of its own may fail with such an error, too.
    """
    return isinstance(error, ExpressionError) and error.action is None


def located(error: ExpressionError, step: str | None, field: str) -> ExpressionError:
    """The error with its place in the text, for who sees no more than its message.

    Args:
        error: as the expression raised it.
        step: the step's id; None outside of steps.
        field: which one, as ``input.variables.companyName``.
    """
    owner = f"{field} of step {step!r}" if step else field
    told = f"{owner} cannot be evaluated: {error.message}, in {error.expression}"
    placed = ExpressionError(told, expression=error.expression, position=error.position, path=field, step=step)
    return placed.with_traceback(error.__traceback__)
