"""Wire: errors as Temporal failures, and back. Nowhere else is one made from the other.

A failure carries what it says as its message and type, as in any Temporal program, and in its details one record from
which the other side builds the same error of the tree. An exception class that both sides have imported can be caught by
its class: the error is then of that class as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, TypeGuard

from temporalio import exceptions as temporal

from dosdk_temporal import errors
from dosdk_temporal._pure.failed_step import CALLED_IN, called_in
from dosdk_temporal._pure.revealed import REVEALED
from dosdk_temporal._wire.classes import FACTS, built, class_names
from dosdk_temporal._wire.texts import sendable, text_of
from dosdk_temporal.errors import ActionError, ActionTimeoutError, ConflictError, DoError, LinkError, WorkflowError

__all__ = [
    "ALREADY_STARTED",
    "ActionFailure",
    "Failure",
    "error_of",
    "failure_of",
    "is_cancellation",
    "is_timeout",
    "is_to_be_held",
    "own_cause",
    "record_of",
    "told",
    "trail_of",
    "type_of",
    "wanted_on_failure",
]

Failure = temporal.FailureError
"""What Temporal raises for whatever failed on the other side; to be caught, and told by :func:`error_of`."""

ActionFailure = temporal.ApplicationError
"""What ends an attempt: built by :func:`failure_of`, or raised by a handler that knows Temporal."""

ALREADY_STARTED: Final = (temporal.WorkflowAlreadyStartedError, temporal.ActivityAlreadyStartedError)
"""An execution of that id exists."""

_MARK: Final = "dosdk_error"
_VERSIONS: Final = ("current_version", "expected_version")
"""What a conflict in the Datastore says beside its message."""

_BESIDE: Final = ("refused", "on_failure", "hold", CALLED_IN)
"""What a record says beside the error's attributes of the contract, for how a run ended and for the functions below."""


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
    if REVEALED:
        record = REVEALED.masked_all(record)
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
        rebuilt = _rebuild(record, base, facts) if _is_record(record) else None
        return rebuilt or base(cause.message, **{"type": cause.type, **facts})
    if isinstance(cause, temporal.TimeoutError):
        return ActionTimeoutError(_timeout_text(cause), **facts)
    if isinstance(cause, temporal.WorkflowAlreadyStartedError):
        return errors.ConflictError(f"an execution with the id {cause.workflow_id!r} exists already", **facts)
    if cause is None:
        return base("it failed, and its failure does not say why", **facts)
    facts.setdefault("type", type(cause).__name__)
    return base(text_of(cause), **facts)


def told(error: DoError) -> str:
    """An error within a sentence about what it ended: whose it is, and its message."""
    if isinstance(error, WorkflowError):  # its message says which step, and what of it
        return error.message
    text = f"{error.type}: {error.message}"
    if error.action is None:
        return text
    attempts = f" after {error.attempts} attempt{'s' if error.attempts != 1 else ''}" if error.attempts else ""
    return f"action {error.action!r} failed{attempts}: {text}"


def type_of(error: BaseException) -> str:
    """What is told as an error's type: its own word for it where it is the SDK's or Temporal's, else its class's name."""
    own = getattr(error, "type", None) if isinstance(error, DoError | temporal.ApplicationError) else None
    return sendable(str(own or type(error).__name__))


def own_cause(failure: BaseException | None) -> BaseException | None:
    """The failure beneath Temporal's wrappers, which only say where it passed through."""
    wrappers = temporal.ActivityError | temporal.ChildWorkflowError | temporal.NexusOperationError
    while isinstance(failure, wrappers) and failure.cause is not None:
        failure = failure.cause
    return failure


def is_cancellation(failure: BaseException) -> bool:
    """Whether the failure is a cancellation, possibly wrapped."""
    return isinstance(own_cause(failure), temporal.CancelledError)


def is_timeout(failure: BaseException) -> bool:
    """Whether the failure is a time-out at the server, possibly wrapped."""
    return isinstance(own_cause(failure), temporal.TimeoutError)


def _record(error: BaseException, facts: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: getattr(error, name, None) for name in FACTS} if isinstance(error, DoError) else {}
    record = {**facts, **{name: value for name, value in known.items() if isinstance(value, str | int)}}
    record.update(type=type_of(error), message=text_of(error))
    if isinstance(error, temporal.ApplicationError):  # raised by a handler that knows Temporal
        return record
    record["classes"] = class_names(type(error))
    if isinstance(error, ActionError):
        record["retryable"] = error.retryable
    if isinstance(error, WorkflowError):
        record["state"] = error.state
        if error.retryable:
            record["retryable"] = True
        if error.cause is not None:
            record["cause"] = _record(error.cause, {})
    if isinstance(error, LinkError):
        record["reason"] = error.reason
    if (caller := called_in(error)) is not None:
        record[CALLED_IN] = caller
    if isinstance(error, ConflictError):
        versions = {name: getattr(error, name, None) for name in _VERSIONS}
        record.update({name: version for name, version in versions.items() if version is not None})
    if getattr(error, "problems", None):
        problems = error.problems  # type: ignore[attr-defined]
        record["problems"] = [[str(part) for part in p] if isinstance(p, tuple) else str(p) for p in problems]
    return record


def _is_record(record: Any) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(record, Mapping) and isinstance(record.get("message"), str)


def _rebuild(record: Mapping[str, Any], base: type[DoError], facts: Mapping[str, Any]) -> DoError:
    known = {name: record[name] for name in FACTS if record.get(name) is not None}
    extra: dict[str, Any] = {
        name: record[name] for name in ("retryable", "state", "reason", *_VERSIONS) if name in record
    }
    if _is_record(record.get("cause")):
        extra["cause"] = _rebuild(record["cause"], DoError, {})
    if isinstance(record.get("problems"), list):
        extra["problems"] = tuple(tuple(p) if isinstance(p, list) else p for p in record["problems"])
    classes = list(map(str, record["classes"])) if isinstance(record.get("classes"), list) else []
    error = built(classes, base, record["message"], {**facts, **known, **extra})
    for name in _BESIDE:
        if record.get(name):
            setattr(error, name, record[name])
    return error


def is_to_be_held(error: BaseException) -> bool:
    """Whether the step that failed is parked for a person, as its last attempt said beside this error."""
    return getattr(error, "hold", False) is True


def wanted_on_failure(error: BaseException) -> Mapping[str, Any] | None:
    """Whom the action's definition wants told, as its last attempt said beside this error; None for nobody."""
    wanted = getattr(error, "on_failure", None)
    return wanted if isinstance(wanted, Mapping) else None


def trail_of(error: BaseException) -> list[dict[str, Any]]:
    """The failed attempts that a failure tells of, the last one too; see :class:`Record`."""
    trail = record_of(error).get("trail")
    return trail if isinstance(trail, list) else []


def record_of(error: BaseException) -> Mapping[str, Any]:
    """What a failure tells beside its message; nothing where the SDK did not write it."""
    cause = own_cause(error)
    details = cause.details if isinstance(cause, temporal.ApplicationError) else ()
    record: Any = next((d[_MARK] for d in details if isinstance(d, Mapping) and _MARK in d), {})
    return record if isinstance(record, Mapping) else {}


def _timeout_text(timeout: temporal.TimeoutError) -> str:
    kind = timeout.type.name.lower().replace("_", "-") + " " if timeout.type else ""
    return "the worker that ran the action was lost" if kind == "heartbeat " else f"the {kind}time-out passed"
