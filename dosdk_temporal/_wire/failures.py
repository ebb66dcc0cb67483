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
from types import ModuleType
from typing import Any, Final

from temporalio import exceptions as temporal

from dosdk_temporal import errors
from dosdk_temporal.errors import ActionError, ActionTimeoutError, DoError, WorkflowError

__all__ = ["error_of", "failure_of", "is_cancellation", "own_cause", "workflow_error"]

_FACTS: Final = ("type", "action", "workflow", "step", "attempts", "execution_id")
_MARK: Final = "dosdk_error"
_ENDED_AT_THE_SERVER: Final[Mapping[type[temporal.FailureError], tuple[str, str]]] = {
    temporal.TerminatedError: ("terminated", "was terminated"),
    temporal.CancelledError: ("cancelled", "was cancelled"),
    temporal.TimeoutError: ("timed_out", "timed out"),
}
_SAYS_NOTHING: Final = frozenset(
    {"", "Cancelled", "Workflow execution cancelled", "Workflow timeout", "Workflow timed out"}
)
_LONGEST_TEXT: Final = 10_000
"""Characters of a message that travel: a failure travels with its trail and its causes, all in one call of 4 MiB."""


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
        told = _rebuild(record, base, facts) if _is_record(record) else None
        return told or base(cause.message, **{"type": cause.type, **facts})
    if isinstance(cause, temporal.TimeoutError):
        return ActionTimeoutError(_timeout_text(cause), **facts)
    if isinstance(cause, temporal.WorkflowAlreadyStartedError):
        return errors.ConflictError(f"an execution with the id {cause.workflow_id!r} exists already", **facts)
    if cause is None:
        return base("it failed, and its failure does not say why", **facts)
    facts.setdefault("type", type(cause).__name__)
    return base(_text(cause), **facts)


def workflow_error(failure: BaseException | None, workflow: str | None, execution_id: str) -> DoError:
    """The error for who waits for a run that did not complete: a WorkflowError, or why the run was refused at its start."""
    cause = own_cause(failure)
    facts: dict[str, Any] = {"workflow": workflow, "execution_id": execution_id}
    run = f"workflow {workflow!r}" if workflow else "the workflow"
    for kind, (state, words) in _ENDED_AT_THE_SERVER.items():
        # An activity's time-out or cancellation beneath a run's failure is why it failed, not how it ended.
        if isinstance(cause, kind) and not isinstance(failure, temporal.ActivityError):
            detail = f": {cause.message}" if cause.message not in _SAYS_NOTHING else ""
            return WorkflowError(f"{run} {words}{detail}", state=state, **facts)
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
    wrappers = temporal.ActivityError | temporal.ChildWorkflowError | temporal.NexusOperationError
    while isinstance(failure, wrappers) and failure.cause is not None:
        failure = failure.cause
    return failure


def is_cancellation(failure: BaseException) -> bool:
    """Whether the failure is a cancellation, possibly wrapped."""
    return isinstance(own_cause(failure), temporal.CancelledError)


def _record(error: BaseException, facts: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: getattr(error, name, None) for name in _FACTS} if isinstance(error, DoError) else {}
    record = {**facts, **{name: value for name, value in known.items() if isinstance(value, str | int)}}
    if isinstance(error, temporal.ApplicationError):  # raised by a handler that knows Temporal
        record.update(type=error.type or type(error).__name__, message=_text(error), classes=[])
        return record
    record["type"] = str(record.get("type") or type(error).__name__)
    record["message"] = _text(error)
    record["classes"] = [f"{c.__module__}:{c.__qualname__}" for c in _own_classes(type(error))]
    if isinstance(error, ActionError):
        record["retryable"] = error.retryable
    if isinstance(error, WorkflowError):
        record["state"] = error.state
        if error.cause is not None:
            record["cause"] = _record(error.cause, {})
    if getattr(error, "problems", None):
        problems = error.problems  # type: ignore[attr-defined]
        record["problems"] = [[str(part) for part in p] if isinstance(p, tuple) else str(p) for p in problems]
    return record


def _text(error: BaseException) -> str:
    """An error's own text, in characters that can travel; its class's name where it has none."""
    try:
        text = str(error) or type(error).__name__
    except Exception:  # noqa: BLE001 - a handler's own __str__ may raise anything, and the failure is to be told all the same
        text = type(error).__name__
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}… ({len(text):,} characters)"


def _is_record(record: Any) -> bool:
    return isinstance(record, Mapping) and isinstance(record.get("message"), str)


def _rebuild(record: Mapping[str, Any], base: type[DoError], facts: Mapping[str, Any]) -> DoError:
    classes = record.get("classes")
    known = _first_known(tuple(map(str, classes)) if isinstance(classes, list) else (), base)
    told = {name: record[name] for name in _FACTS if record.get(name) is not None}
    extra: dict[str, Any] = {name: record[name] for name in ("retryable", "state") if name in record}
    if _is_record(record.get("cause")):
        extra["cause"] = _rebuild(record["cause"], DoError, {})
    if isinstance(record.get("problems"), list):
        extra["problems"] = tuple(tuple(p) if isinstance(p, list) else p for p in record["problems"])
    error = _made(known, record["message"], {**facts, **told, **extra})
    if record.get("refused"):
        error.refused = True  # type: ignore[attr-defined] # read by workflow_error, and no attribute of the contract
    return error


def _made(cls: type[DoError], message: str, attributes: Mapping[str, Any]) -> DoError:
    """An error of that class, or of its class of the tree where a user's class cannot be made without its arguments."""
    tree: Any = _tree_class(cls)
    for new in (cls.__new__, BaseException.__new__):
        try:
            error = new(cls)
            # Not the class's own __init__: a user's exception may take any arguments, and they are not in the record.
            tree.__init__(error, message, **attributes)
        except Exception:  # noqa: BLE001, PERF203, S112 - whatever a class of the user's own does, the error is to be told
            continue
        return error
    return _plain(tree, message, attributes)


def _plain(tree: Any, message: str, attributes: Mapping[str, Any]) -> DoError:
    try:
        return tree(message, **attributes)  # type: ignore[no-any-return]
    except TypeError:  # a record of another version, with attributes that this class has not
        return tree(message, **{name: value for name, value in attributes.items() if name in _FACTS})  # type: ignore[no-any-return]


def _own_classes(cls: type[BaseException]) -> list[type]:
    """The classes by which an error may be caught, the nearest first; the bases that everything has are left out."""
    return [c for c in cls.__mro__ if issubclass(c, BaseException) and c not in (Exception, BaseException)]


@lru_cache(maxsize=1024)
def _combined(base: type[DoError], cls: type[Exception]) -> type[DoError]:
    """A class that is both of the tree and the handler's own; where both have an attribute, the tree's stands."""
    body: dict[str, Any] = dict.fromkeys((*_FACTS, "message", "state", "cause", "problems"))
    body |= {"retryable": base.retryable, "__setattr__": BaseException.__setattr__}  # a frozen dataclass forbids it
    body |= {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
    try:
        return type(cls)(cls.__name__, (base, cls), body)
    except Exception:  # noqa: BLE001 - a layout or a metaclass that allows no subclass: it is told by its type's name alone
        return base


def _first_known(classes: tuple[str, ...], base: type[DoError]) -> type[DoError]:
    """The class to build: the nearest that this process has imported, made one of the tree."""
    known = [cls for cls in map(_imported, classes) if cls is not None]
    tree = next((cls for cls in known if issubclass(cls, DoError)), base)
    own = next((cls for cls in known if not issubclass(cls, DoError)), tree)
    return tree if issubclass(tree, own) else _combined(tree, own)


def _imported(reference: str) -> type[Exception] | None:
    module, _, name = reference.partition(":")
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = vars(found).get(part) if isinstance(found, ModuleType | type) else None
    # StopIteration and its like mean something else to Python when a coroutine raises them.
    able = (
        isinstance(found, type)
        and issubclass(found, Exception)
        and not issubclass(found, StopIteration | StopAsyncIteration)
    )
    return found if able else None


def _tree_class(cls: type[DoError]) -> type[DoError]:
    """The class of ``errors.py`` that a class is, or derives from."""
    return next(c for c in cls.__mro__ if c.__module__ == errors.__name__)


def _timeout_text(timeout: temporal.TimeoutError) -> str:
    kind = timeout.type.name.lower().replace("_", "-") + " " if timeout.type else ""
    return "the worker that ran the action was lost" if kind == "heartbeat " else f"the {kind}time-out passed"
