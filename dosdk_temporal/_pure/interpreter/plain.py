"""Pure: the steps that do nothing but compute: set, raise and return."""

from __future__ import annotations

from typing import Any, NoReturn

from dosdk_temporal._pure.declarative.kinds import Raise, Return, SetValues
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.interpreter.flow import ReturnedError
from dosdk_temporal._pure.interpreter.scope import Scope
from dosdk_temporal._pure.interpreter.walking import Walker
from dosdk_temporal.errors import WorkflowError

__all__ = ["leave", "raise_error", "set_values"]


async def set_values(walker: Walker, step: Step, kind: SetValues, scope: Scope) -> Any:
    """The mapping."""
    return walker.render(dict(kind.values), scope, step.id, "set")


async def raise_error(walker: Walker, step: Step, kind: Raise, scope: Scope) -> NoReturn:
    """Fail with an error of that type."""
    message = walker.render(kind.message, scope, step.id, "raise.message")
    raise WorkflowError(str(message), type=kind.type, step=step.id, retryable=kind.retryable)


async def leave(walker: Walker, step: Step, kind: Return, scope: Scope) -> NoReturn:
    """End the run with a value."""
    raise ReturnedError(walker.render(kind.value, scope, step.id, "return"))
