"""Wire: errors as Temporal failures, and back. No other module names Temporal's failure classes.

A failure carries what it says as its message and type, as in any Temporal program, and in its details one record from
which the other side builds the same error of the tree. An exception class that both sides have imported can be caught by
its class: the error is then of that class as well.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from temporalio import exceptions as temporal

from dosdk_temporal import errors
from dosdk_temporal.errors import ActionError, ActionTimeoutError, DoError, WorkflowError

__all__ = ["error_of", "failure_of", "is_cancellation", "own_cause", "workflow_error"]

_FACTS: Final = ("type", "action", "workflow", "step", "attempts", "execution_id")
_MARK: Final = "dosdk_error"
_ENDED_AT_THE_SERVER: Final[Mapping[type[temporal.FailureError], str]] = {
    temporal.TerminatedError: "terminated",
    temporal.CancelledError: "cancelled",
    temporal.TimeoutError: "timed_out",
}


def failure_of(
    error: BaseException,
    *,
    retry_after: timedelta | None = None,
    trail: list[dict[str, Any]] | None = None,
    refused: bool = False,
    **facts: Any,
) -> temporal.ApplicationError:
    """The failure that tells the other side of an error.

    Args:
        error: what a handler raised.
        retry_after: the pause until the next attempt; None when there is none.
        trail: the attempts that failed, for the record.
        refused: whether a run was refused before its handler began: who waits for it gets this very error.
        **facts: attributes of :class:`DoError` that the error does not know itself.
    """
    record = _record(error, facts)
    if trail:
        record["trail"] = trail
    if refused:
        record["refused"] = True
    return temporal.ApplicationError(
        record["message"],
        {_MARK: record},
        type=record["type"],
        non_retryable=retry_after is None,
        next_retry_delay=retry_after,
    )


def error_of(failure: BaseException | None, base: type[DoError] = ActionError, **facts: Any) -> DoError:
    """The error of the tree that a failure tells of.

    Args:
        failure: Temporal's, its wrappers too.
        base: the class of the tree for an error that was of none.
        **facts: attributes of :class:`DoError` that the failure does not tell.
    """
    cause = own_cause(failure)
    if isinstance(cause, temporal.ApplicationError):
        record = next((d[_MARK] for d in cause.details if isinstance(d, Mapping) and _MARK in d), None)
        if record is not None:
            return _rebuild(record, base, facts)
        facts.setdefault("type", cause.type)
        return base(cause.message, **facts)
    if isinstance(cause, temporal.TimeoutError):
        return ActionTimeoutError(_timeout_text(cause), **facts)
    if isinstance(cause, temporal.WorkflowAlreadyStartedError):
        return errors.ConflictError(f"an execution with the id {cause.workflow_id!r} exists already", **facts)
    facts.setdefault("type", type(cause).__name__)
    return base(str(cause) or type(cause).__name__, **facts)


def workflow_error(failure: BaseException | None, workflow: str | None, execution_id: str) -> DoError:
    """The error for who waits for a run that did not complete: a WorkflowError, or why the run was refused at its start."""
    cause = own_cause(failure)
    facts: dict[str, Any] = {"workflow": workflow, "execution_id": execution_id}
    run = f"workflow {workflow!r}" if workflow else "the workflow"
    for kind, state in _ENDED_AT_THE_SERVER.items():
        if isinstance(cause, kind):
            detail = f": {cause.message}" if cause.message else ""
            return WorkflowError(f"{run} was {state.replace('_', ' ')}{detail}", state=state, **facts)
    error = error_of(cause, base=DoError)
    is_own = isinstance(error, WorkflowError) and error.execution_id == execution_id
    if is_own or getattr(error, "refused", False):
        return error
    step = f" in step {error.step!r}" if error.step else ""
    facts.update(step=error.step, attempts=error.attempts, type=error.type, action=error.action)
    return WorkflowError(f"{run} failed{step}: {_told(error)}", state="failed", cause=error, **facts)


def _told(error: DoError) -> str:
    told = error.message if isinstance(error, WorkflowError) else f"{error.type}: {error.message}"
    if error.action is None:
        return told
    attempts = f" after {error.attempts} attempt{'s' if error.attempts != 1 else ''}" if error.attempts else ""
    return f"action {error.action!r} failed{attempts}: {told}"


def own_cause(failure: BaseException | None) -> BaseException | None:
    """The failure beneath Temporal's wrappers, which only say where it passed through."""
    while isinstance(failure, temporal.ActivityError | temporal.ChildWorkflowError | temporal.NexusOperationError):
        failure = failure.cause
    return failure


def is_cancellation(failure: BaseException) -> bool:
    """Whether the failure is a cancellation, possibly wrapped."""
    return isinstance(own_cause(failure), temporal.CancelledError)


def _record(error: BaseException, facts: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: getattr(error, name, None) for name in _FACTS} if isinstance(error, DoError) else {}
    record = {**facts, **{name: value for name, value in known.items() if value is not None}}
    if isinstance(error, temporal.ApplicationError):  # raised by a handler that knows Temporal
        record.update(type=error.type or type(error).__name__, message=error.message, classes=[])
        return record
    record.setdefault("type", type(error).__name__)
    record["message"] = str(error) or record["type"]
    record["classes"] = [f"{c.__module__}:{c.__qualname__}" for c in _own_classes(type(error))]
    if isinstance(error, ActionError):
        record["retryable"] = error.retryable
    if isinstance(error, WorkflowError):
        record["state"] = error.state
        if error.cause is not None:
            record["cause"] = _record(error.cause, {})
    if getattr(error, "problems", None):
        record["problems"] = [list(p) if isinstance(p, tuple) else str(p) for p in error.problems]  # type: ignore[attr-defined]
    return record


def _rebuild(record: Mapping[str, Any], base: type[DoError], facts: Mapping[str, Any]) -> DoError:
    known = _first_known(tuple(record.get("classes", ())), base)
    told = {name: record[name] for name in _FACTS if record.get(name) is not None}
    extra: dict[str, Any] = {name: record[name] for name in ("retryable", "state") if name in record}
    if "cause" in record:
        extra["cause"] = _rebuild(record["cause"], DoError, {})
    if "problems" in record:
        extra["problems"] = tuple(tuple(p) if isinstance(p, list) else p for p in record["problems"])
    error = known.__new__(known)
    # Not the class's own __init__: a user's exception may take any arguments, and they are not in the record.
    _tree_class(known).__init__(error, record["message"], **{**facts, **told, **extra})
    if record.get("refused"):
        error.refused = True  # type: ignore[attr-defined] # read by workflow_error, and no attribute of the contract
    return error


def _own_classes(cls: type[BaseException]) -> list[type]:
    """The classes by which an error may be caught, the nearest first; the bases that everything has are left out."""
    return [c for c in cls.__mro__ if issubclass(c, BaseException) and c not in (Exception, BaseException)]


@lru_cache(maxsize=1024)
def _combined(base: type[DoError], cls: type[Exception]) -> type[DoError]:
    """A class that is both of the tree and the handler's own."""
    try:
        return type(cls.__name__, (base, cls), {"__module__": cls.__module__, "__doc__": cls.__doc__})
    except TypeError:  # a class whose memory layout cannot be combined: it is told by its type's name alone
        return base


def _first_known(classes: tuple[str, ...], base: type[DoError]) -> type[DoError]:
    """The class to build: the nearest that this process has imported, made one of the tree."""
    known = [cls for cls in map(_imported, classes) if cls is not None]
    tree = next((cls for cls in known if issubclass(cls, DoError)), base)
    nearest = known[0] if known else base
    return nearest if issubclass(nearest, DoError) else _combined(tree, nearest)  # type: ignore[arg-type] # classes are hashable


def _imported(reference: str) -> type[Exception] | None:
    module, _, name = reference.partition(":")
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found if isinstance(found, type) and issubclass(found, Exception) else None


def _tree_class(cls: type[DoError]) -> type[DoError]:
    """The class of ``errors.py`` that a class is, or derives from."""
    return next(c for c in cls.__mro__ if c.__module__ == errors.__name__)


def _timeout_text(timeout: temporal.TimeoutError) -> str:
    kind = timeout.type.name.lower().replace("_", "-") if timeout.type else "unknown"
    return "the worker that ran the action was lost" if kind == "heartbeat" else f"the {kind} time-out passed"
