"""Pure: the one tree of errors, drawn.

    DoError
    ├── DefinitionError         a definition, or how it is used, is wrong          (also ``.problems``)
    ├── InputError              an input does not fit what the handler takes       (also ``.problems``)
    ├── OutputError             a result cannot be written down, or does not fit   (also ``.problems``)
    ├── NotFoundError           nothing has that name or id
    ├── ConflictError           the name, id or key is taken by something else     (also ``.current_version``)
    ├── ActionError             an action failed; carries the handler's own message
    │   ├── ActionTimeoutError  an attempt, or all of them, took too long
    │   └── ActionNestingError  an action tried to start or steer something
    ├── WorkflowError           a run failed, was cancelled, terminated or timed out
    ├── ApprovalError           a decision was refused
    │   └── LinkError           a link is forged, expired, used or of another run    (also ``.reason``)
    ├── WaitTimeoutError        a wait passed its time
    ├── PayloadTooLargeError    a value is larger than Temporal carries
    └── ServerUnavailableError  no Temporal server answers

Each carries, as attributes, what applies of ``type``, ``message``, ``action``, ``workflow``, ``step``, ``attempts`` and
``execution_id``; what does not apply is None.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

__all__ = [
    "ActionError",
    "ActionNestingError",
    "ActionTimeoutError",
    "ApprovalError",
    "ConflictError",
    "DefinitionError",
    "DoError",
    "InputError",
    "LinkError",
    "NotFoundError",
    "OutputError",
    "PayloadTooLargeError",
    "ServerUnavailableError",
    "WaitTimeoutError",
    "WorkflowError",
]


class DoError(Exception):
    """The root of the tree.

    Args:
        message: what went wrong and what to do, in one plain sentence or two.
        type: the class name of the error at its origin; default: this class's own.
        action: the action's name, where one is concerned.
        workflow: the workflow's name, where one is concerned.
        step: the step's id within its run.
        attempts: how many attempts were made; None where that is not known.
        execution_id: the id of the run.
    """

    retryable: ClassVar[bool] = False
    """Whether the worker tries again when an action raises this. Only :class:`ActionError` can say otherwise."""

    def __init__(
        self,
        message: str,
        *,
        type: str | None = None,  # noqa: A002 - the contract's attribute name
        action: str | None = None,
        workflow: str | None = None,
        step: str | None = None,
        attempts: int | None = None,
        execution_id: str | None = None,
    ) -> None:
        # Named, not super(): the next class may be a handler's own exception, whose arguments are not ours to guess.
        Exception.__init__(self, message)
        self.message = str(message)  # 'raise ActionError(error)' gives it an exception
        self.type = type or self.__class__.__name__
        self.action = action
        self.workflow = workflow
        self.step = step
        self.attempts = attempts
        self.execution_id = execution_id

    def __str__(self) -> str:
        # A handler's own subclass may leave out super().__init__, and its error is to be told all the same.
        return self.__dict__.get("message") or Exception.__str__(self)


class _WithProblems(DoError):  # noqa: N818 - never raised itself
    """An error that may report several faults at once, each with its path."""

    def __init__(self, message: str, *, problems: tuple[Any, ...] = (), **facts: Any) -> None:
        super().__init__(message, **facts)
        self.problems = problems


class DefinitionError(_WithProblems):
    """A definition, or the way a definition is used, is wrong."""


class InputError(_WithProblems):
    """An input does not fit the handler's signature or schema; ``problems`` holds (field, message) pairs."""


class OutputError(_WithProblems):
    """A result cannot be written down as JSON, or does not fit what is declared; ``problems`` as of :class:`InputError`."""


class NotFoundError(DoError):
    """No action, workflow or execution has that name or id."""


class ConflictError(DoError):
    """The name, id or key is already taken by something that differs.

    Attributes:
        current_version: of the Datastore's key that a write's condition was about; None where it is not there.
        expected_version: the version that the write named; None where it named none.
    """

    def __init__(
        self, message: str, *, current_version: int | None = None, expected_version: int | None = None, **facts: Any
    ) -> None:
        super().__init__(message, **facts)
        self.current_version = current_version
        self.expected_version = expected_version


FACTS: Final = ("type", "action", "workflow", "step", "attempts", "execution_id")
"""The attributes that every error of the tree has, beside its message."""


def _flag(retryable: object) -> bool:
    if not isinstance(retryable, bool):
        raise DefinitionError(f"retryable={retryable!r} is not True or False")
    return retryable


class ActionError(DoError):
    """An action failed. Raised by the SDK at the caller, and by handlers that want to say whether to try again.

    Args:
        message: the handler's own message.
        retryable: False ends the action at once; default True.
        **facts: the attributes every :class:`DoError` has.

    Raises:
        DefinitionError: when ``retryable`` is neither, or there is no such attribute.
    """

    retryable = True

    def __init__(self, message: str, *, retryable: bool = True, **facts: Any) -> None:
        unknown = next((name for name in facts if name not in FACTS), None)
        if unknown is not None:  # as a misspelt retryable=, which would have the action tried again
            options = ", ".join(("retryable", *FACTS))
            raise DefinitionError(f"{type(self).__name__} has no option {unknown!r}: there are {options}")
        super().__init__(message, **facts)
        self.retryable = _flag(retryable)  # type: ignore[misc] # the class attribute is the default of the other classes


class ActionTimeoutError(ActionError):
    """An attempt passed its ``timeout``, or all of them their ``total_timeout``."""


class ActionNestingError(ActionError):
    """An action tried to start or steer something: orchestration belongs in a workflow."""

    def __init__(self, message: str, *, retryable: bool = False, **facts: Any) -> None:
        super().__init__(message, retryable=retryable, **facts)


class WorkflowError(DoError):
    """A run did not complete.

    Attributes:
        state: how it ended: ``failed``, ``cancelled``, ``terminated`` or ``timed_out``.
        cause: the error that ended it, an :class:`ActionError` where an action failed; else None.
        retryable: whether the workflow says that its caller may try again: a ``raise`` of a definition can say so.
    """

    def __init__(
        self,
        message: str,
        *,
        state: str = "failed",
        cause: DoError | None = None,
        retryable: bool = False,
        **facts: Any,
    ) -> None:
        super().__init__(message, **facts)
        self.state = state
        self.cause = cause
        self.retryable = _flag(retryable)  # type: ignore[misc] # as for actions


class ApprovalError(DoError):
    """A decision was refused; the message says why."""


class LinkError(ApprovalError):
    """A link cannot be redeemed.

    Attributes:
        reason: ``forged``, ``expired``, ``used`` or ``other run``.
    """

    def __init__(self, message: str, *, reason: str = "forged", **facts: Any) -> None:
        super().__init__(message, **facts)
        self.reason = reason


class WaitTimeoutError(DoError):
    """A wait passed its time."""


class PayloadTooLargeError(DoError):
    """A value is larger than Temporal carries: store it elsewhere and pass a reference."""


class ServerUnavailableError(DoError):
    """No Temporal server answers at the address; the message names it and what to start."""
