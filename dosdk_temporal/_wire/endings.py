"""Wire: how a run ended, as told to who waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from temporalio import exceptions as temporal

from dosdk_temporal._pure.failed_step import called_in
from dosdk_temporal._wire.failures import error_of, own_cause, told
from dosdk_temporal.errors import ActionError, DoError, WorkflowError

__all__ = ["ended_by_the_server", "ended_for_others", "workflow_error"]

_ENDED_AT_THE_SERVER: Final[Mapping[type[temporal.FailureError], tuple[str, str]]] = {
    temporal.TerminatedError: ("terminated", "was terminated"),
    temporal.CancelledError: ("cancelled", "was cancelled"),
    temporal.TimeoutError: ("timed_out", "timed out"),
}
_HOW: Final = {
    "terminated": _ENDED_AT_THE_SERVER[temporal.TerminatedError],
    "canceled": _ENDED_AT_THE_SERVER[temporal.CancelledError],
    "timed_out": _ENDED_AT_THE_SERVER[temporal.TimeoutError],
}
_SAYS_NOTHING: Final = frozenset(
    {
        "",
        "Cancelled",
        "Terminated",
        "Workflow cancelled",
        "Workflow execution cancelled",
        "Workflow execution terminated",
        "Workflow terminated",
        "Workflow timeout",
        "Workflow timed out",
    }
)


def ended_for_others(failure: BaseException | None, execution_id: str, /, **facts: Any) -> ActionError | None:
    """The error for who waits for the run of an action that somebody else ended, as by its idempotency key; None for none.

    Args:
        failure: Temporal's, its wrappers too.
        execution_id: the run's.
        **facts: attributes of :class:`DoError`.
    """
    cause = own_cause(failure)
    how = _how_ended(cause)
    if how is None:
        return None
    return ActionError(f"the run {execution_id!r} that it waited for {how[1]}{_detail(cause)}", **facts)


def workflow_error(failure: BaseException | None, workflow: str | None, execution_id: str) -> DoError:
    """The error for who waits for a run that did not complete: a WorkflowError, or why the run was refused at its start."""
    cause = own_cause(failure)
    facts: dict[str, Any] = {"workflow": workflow, "execution_id": execution_id}
    run = f"workflow {workflow!r}" if workflow else "the workflow"
    # An activity's time-out or cancellation beneath a run's failure is why it failed, not how it ended.
    how = None if isinstance(failure, temporal.ActivityError) else _how_ended(cause)
    if how is not None:
        return WorkflowError(f"{run} {how[1]}{_detail(cause)}", state=how[0], **facts)
    error = error_of(cause, base=DoError)
    is_own = isinstance(error, WorkflowError) and error.execution_id == execution_id
    if is_own or getattr(error, "refused", False):
        return error
    facts.update(step=called_in(error), type=error.type)
    if facts["step"] is None:
        facts.update(step=error.step, attempts=error.attempts, action=error.action)
    step = f" in step {facts['step']!r}" if facts["step"] else ""
    again = isinstance(error, WorkflowError) and error.retryable
    return WorkflowError(f"{run} failed{step}: {told(error)}", state="failed", cause=error, retryable=again, **facts)


def ended_by_the_server(how: str, workflow: str, execution_id: str) -> WorkflowError:
    """The error of a run that the server ended, of how its history says it: ``terminated``, ``canceled`` or ``timed_out``."""
    state, words = _HOW[how]
    return WorkflowError(f"workflow {workflow!r} {words}", state=state, workflow=workflow, execution_id=execution_id)


def _how_ended(cause: BaseException | None) -> tuple[str, str] | None:
    """The state and words of an end that came from the server; None for another."""
    return next((how for kind, how in _ENDED_AT_THE_SERVER.items() if isinstance(cause, kind)), None)


def _detail(cause: BaseException | None) -> str:
    """What was said of such an end, behind a colon."""
    said = cause.message if isinstance(cause, temporal.FailureError) else ""
    return "" if said in _SAYS_NOTHING else f": {said}"
