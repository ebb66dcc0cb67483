"""Errors as Temporal failures, and back: the one map between them, and that it is total."""

from __future__ import annotations

import ast
import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from temporalio import exceptions as temporal
from temporalio.api.failure.v1 import Failure
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ActivityError, ApplicationError, ChildWorkflowError, NexusOperationError, TimeoutType

import dosdk_temporal
from dosdk_temporal import errors
from dosdk_temporal._wire.endings import workflow_error
from dosdk_temporal._wire.failures import error_of, failure_of, is_cancellation, own_cause
from dosdk_temporal.errors import ActionError, ActionTimeoutError, DefinitionError, DoError, InputError, WorkflowError

LIBRARY = Path(dosdk_temporal.__file__).parent
TREE = [getattr(errors, name) for name in errors.__all__]


def travelled(failure: BaseException) -> BaseException:
    """The failure as the other side has it: through Temporal's own converter, to bytes and back."""
    converter, sent = pydantic_data_converter, Failure()
    converter.failure_converter.to_failure(failure, converter.payload_converter, sent)
    received = Failure.FromString(sent.SerializeToString())
    return converter.failure_converter.from_failure(received, converter.payload_converter)


def told(error: BaseException, **facts: Any) -> DoError:
    """The error that the other side gets."""
    return error_of(travelled(failure_of(error, **facts)))


class Declined(Exception):
    """A project's own error."""


class StillDeclined(Declined):
    """One below it."""


class Outer:
    """Holds a class within."""

    class Declined(Exception):
        """A class within a class."""


class TwoArguments(Exception):
    """Takes arguments of its own."""

    def __init__(self, code: int, *, reason: str) -> None:
        super().__init__(f"{reason} ({code})")
        self.code = code


class MadeOfTwo(Exception):
    """Cannot even be made without arguments."""

    def __new__(cls, code: int, reason: str) -> MadeOfTwo:  # noqa: D102
        return super().__new__(cls)

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)


class OwnMessage(Exception):
    """Has attributes of the contract's names, that cannot be set."""

    message = property(lambda self: "its own")
    type = property(lambda self: "its own")
    retryable = property(lambda self: False)


@dataclass(frozen=True)
class Frozen(Exception):
    """Allows no attribute to be set."""

    code: int

    def __str__(self) -> str:
        return f"code {self.code}"


class NoText(Exception):
    """Cannot say what it is."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


class NoChildren(Exception):
    """Allows no class below it."""

    def __init_subclass__(cls) -> None:
        raise ValueError("final")


class OwnAction(ActionError):
    """A project's own class of the tree, with arguments of its own."""

    def __init__(self, code: int) -> None:
        super().__init__(f"code {code}", retryable=False)


class OwnActionAndKey(ActionError, KeyError):
    """Of the tree, and of Python's own."""


def _invalid() -> Exception:
    try:
        TypeAdapter(int).validate_python("x")
    except ValidationError as error:
        return error
    raise AssertionError


ODD: list[tuple[BaseException, str, bool]] = [
    (Declined("no funds"), "no funds", True),
    (StillDeclined("no funds"), "no funds", True),
    (Outer.Declined("within"), "within", True),
    (Declined(), "Declined", True),
    (Declined("no", 7), "('no', 7)", True),
    (TwoArguments(7, reason="no"), "no (7)", True),
    (MadeOfTwo(7, "no"), "no", True),
    (OwnMessage("said"), "said", True),
    (Frozen(7), "code 7", True),
    (NoText(), "NoText", True),
    (NoChildren("final"), "final", False),
    (OwnAction(7), "code 7", True),
    (OwnActionAndKey("k"), "k", True),
    (_invalid(), str(_invalid()), False),
    (json.JSONDecodeError("bad", "doc", 0), "bad: line 1 column 1 (char 0)", True),
    (ExceptionGroup("two", [ValueError("a"), KeyError("b")]), "two (2 sub-exceptions)", False),
    (FileNotFoundError(2, "No such file", "x"), "[Errno 2] No such file: 'x'", True),
    (StopIteration(3), "3", False),
    (StopAsyncIteration(), "StopAsyncIteration", False),
    (SystemExit(3), "3", False),
    (KeyboardInterrupt(), "KeyboardInterrupt", False),
    (asyncio.CancelledError("why"), "why", False),
    (Declined("\ud800"), "\\ud800", True),
    (Declined("x" * 20_000), f"{'x' * 10_000}… (20,000 characters)", True),
]


@pytest.mark.parametrize(("error", "message", "by_class"), ODD, ids=[type(error).__name__ for error, *_ in ODD])
def test_a_handlers_own_error(error: BaseException, message: str, by_class: bool) -> None:
    """The other side gets the handler's message and type, and its class where one can be made."""
    got = told(error, action="charge", step="charge#2", attempts=3)
    assert (got.message, str(got), got.type, got.action, got.step, got.attempts) == (
        message, message, type(error).__name__, "charge", "charge#2", 3,
    )  # fmt: skip
    assert isinstance(got, ActionError)
    assert isinstance(got, type(error)) is by_class


def _builtin_errors() -> Iterator[BaseException]:
    import builtins

    made: dict[str, BaseException] = {
        "UnicodeDecodeError": UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"),
        "UnicodeEncodeError": UnicodeEncodeError("utf-8", "é", 0, 1, "invalid"),
        "UnicodeTranslateError": UnicodeTranslateError("é", 0, 1, "invalid"),
        "ExceptionGroup": ExceptionGroup("g", [ValueError()]),
        "BaseExceptionGroup": BaseExceptionGroup("g", [SystemExit()]),
    }
    for name, cls in vars(builtins).items():
        if isinstance(cls, type) and issubclass(cls, BaseException):
            yield made.get(name) or cls("said")


@pytest.mark.parametrize("error", list(_builtin_errors()), ids=lambda error: type(error).__name__)
def test_python_s_own_errors(error: BaseException) -> None:
    """Every class of Python's own is told with its type and text, and caught by its class where coroutines may raise it."""
    got = told(error)
    assert (got.type, got.message) == (type(error).__name__, str(error))
    cannot = StopIteration | StopAsyncIteration | BaseExceptionGroup
    by_class = type(error) is BaseException or (isinstance(error, Exception) and not isinstance(error, cannot))
    assert isinstance(got, type(error)) is by_class


@pytest.mark.parametrize("cls", TREE, ids=lambda cls: cls.__name__)
def test_the_tree(cls: type[DoError]) -> None:
    """Every class of the tree arrives as itself, with all that it carried."""
    error = cls("said", type="Cause", action="a", workflow="w", step="s", attempts=2, execution_id="e")
    got = told(error)
    assert (type(got), vars(got)) == (type(error), vars(error))


def test_what_only_some_carry() -> None:
    """Problems, whether to try again, a run's state and its cause arrive too; what a caller adds does not replace them."""
    cause = ActionError("no funds", type="Declined", action="charge", attempts=3, retryable=False)
    run = told(WorkflowError("it failed", state="cancelled", cause=cause, execution_id="e"), execution_id="other")
    assert isinstance(run, WorkflowError)
    assert isinstance(run.cause, ActionError)
    assert (run.state, run.execution_id, vars(run.cause)) == ("cancelled", "e", vars(cause))
    problems = told(InputError("no", problems=(("amount", "is required"),)))
    definition = told(DefinitionError("no", problems=("no action 'x' @ $.steps[0]", ("a", object()))))
    assert isinstance(problems, InputError)
    assert isinstance(definition, DefinitionError)
    assert problems.problems == (("amount", "is required"),)
    assert definition.problems[0] == "no action 'x' @ $.steps[0]"


def test_over_two_borders() -> None:
    """An error that a workflow passes on is still the handler's own at the client, nested classes too."""
    for error in (Outer.Declined("no"), KeyError("k"), OwnAction(7), Frozen(7)):
        once = told(error, action="charge", attempts=2)
        twice = told(once, workflow="w")
        assert (type(twice), vars(twice)) == (type(once), {**vars(once), "workflow": "w"})
        assert isinstance(twice, type(error))


def test_a_class_that_only_one_side_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a module is not imported here, the nearest base that is decides, and the type is told all the same."""
    module = ModuleType("their_module")
    monkeypatch.setitem(sys.modules, "their_module", module)
    theirs = type("Theirs", (LookupError,), {"__module__": "their_module"})
    module.Theirs = theirs  # type: ignore[attr-defined] # a module of the other side
    failure = travelled(failure_of(theirs("gone")))
    here = error_of(failure)
    monkeypatch.delitem(sys.modules, "their_module")
    elsewhere = error_of(failure)
    assert (isinstance(here, theirs), isinstance(elsewhere, theirs)) == (True, False)
    assert (isinstance(elsewhere, LookupError), elsewhere.type, elsewhere.message) == (True, "Theirs", "gone")


def test_a_local_class() -> None:
    """A class that no name leads to is told by its type."""

    class Local(Exception):
        """Nobody else can have it."""

    got = told(Local("here"))
    assert (type(got), got.type, got.message) == (ActionError, "Local", "here")


def test_retries_are_the_workers() -> None:
    """A failure says when the next attempt is due, or that there is none."""
    again, last = failure_of(Declined("x"), retry_after=timedelta(seconds=2)), failure_of(Declined("x"))
    assert (again.non_retryable, again.next_retry_delay) == (False, timedelta(seconds=2))
    assert (last.non_retryable, last.next_retry_delay) == (True, None)


def _wrapped(kind: type[temporal.FailureError], cause: BaseException | None) -> temporal.FailureError:
    facts: dict[type, dict[str, Any]] = {
        ActivityError: {"scheduled_event_id": 1, "started_event_id": 2, "identity": "i", "activity_type": "t",
                        "activity_id": "a", "retry_state": None},
        ChildWorkflowError: {"namespace": "n", "workflow_id": "w", "run_id": "r", "workflow_type": "t",
                             "initiated_event_id": 1, "started_event_id": 2, "retry_state": None},
        NexusOperationError: {"scheduled_event_id": 1, "endpoint": "e", "service": "s", "operation": "o",
                              "operation_token": "t"},
    }  # fmt: skip
    wrapper = kind("Activity task failed", **facts[kind])
    wrapper.__cause__ = cause
    return wrapper


def _timeout(kind: TimeoutType | None) -> temporal.TimeoutError:
    return temporal.TimeoutError("activity Heartbeat timeout", type=kind, last_heartbeat_details=[])


FAILURES: dict[str, tuple[BaseException, type[DoError], str, str]] = {
    "application": (ApplicationError("said", "detail", type="Cause"), ActionError, "said", "Cause"),
    "application without type": (ApplicationError("said"), ActionError, "said", "ActionError"),
    "cancelled": (temporal.CancelledError("by hand"), ActionError, "by hand", "CancelledError"),
    "terminated": (temporal.TerminatedError("by hand"), ActionError, "by hand", "TerminatedError"),
    "server": (temporal.ServerError("said"), ActionError, "said", "ServerError"),
    "plain": (temporal.FailureError("said"), ActionError, "said", "FailureError"),
    "workflow started": (
        temporal.WorkflowAlreadyStartedError("id-7", "t"),
        errors.ConflictError, "an execution with the id 'id-7' exists already", "ConflictError",
    ),
    "activity started": (
        temporal.ActivityAlreadyStartedError("id-7", "t"),
        ActionError, "Activity execution already started", "ActivityAlreadyStartedError",
    ),
    "operation started": (
        temporal.NexusOperationAlreadyStartedError("id-7"),
        ActionError, "Nexus operation execution already started", "NexusOperationAlreadyStartedError",
    ),
    "versioning": (
        temporal.InvalidVersioningOverrideError(),
        ActionError, "Invalid versioning override", "InvalidVersioningOverrideError",
    ),
    **{
        f"timeout {kind.name}": (
            _timeout(kind), ActionTimeoutError,
            "the worker that ran the action was lost" if kind is TimeoutType.HEARTBEAT
            else f"the {kind.name.lower().replace('_', '-')} time-out passed",
            "ActionTimeoutError",
        )
        for kind in TimeoutType
    },
    "timeout": (_timeout(None), ActionTimeoutError, "the time-out passed", "ActionTimeoutError"),
}  # fmt: skip


def _failure_classes(cls: type[BaseException] = temporal.FailureError) -> Iterator[type[BaseException]]:
    for below in cls.__subclasses__():
        if below.__module__ == temporal.__name__:
            yield below
            yield from _failure_classes(below)


def test_every_failure_class_is_mapped() -> None:
    """No class of Temporal's failures is missing from these tests: a new one shows here."""
    mapped = {type(failure) for failure, *_ in FAILURES.values()} | {
        ActivityError,
        ChildWorkflowError,
        NexusOperationError,
    }
    assert set(_failure_classes()) - mapped == set()


@pytest.mark.parametrize("wrapper", [None, ActivityError, ChildWorkflowError, NexusOperationError])
@pytest.mark.parametrize("name", list(FAILURES))
def test_temporals_failures(name: str, wrapper: type[temporal.FailureError] | None) -> None:
    """Every failure of Temporal's, wrapped or not, is an error of the tree with its own text, never the wrapper's."""
    failure, cls, message, kind = FAILURES[name]
    got = error_of(_wrapped(wrapper, failure) if wrapper else failure, action="charge", step="charge")
    assert (type(got), got.message, got.type, got.action, got.step) == (cls, message, kind, "charge", "charge")


@pytest.mark.parametrize("name", [name for name in FAILURES if "started" not in name and name != "versioning"])
def test_temporals_failures_after_their_travels(name: str) -> None:
    """The same holds once they have passed Temporal's own converter, as within a run's failure."""
    failure, cls, message, kind = FAILURES[name]
    got = error_of(travelled(_wrapped(ActivityError, failure)))
    assert (type(got), got.message, got.type) == (cls, message, kind)


def test_failures_that_say_nothing() -> None:
    """No failure at all, or a wrapper with nothing in it, is an error of the tree with a sentence."""
    assert str(error_of(None)) == "it failed, and its failure does not say why"
    assert str(error_of(_wrapped(ActivityError, None))) == "Activity task failed"
    assert own_cause(None) is None


@pytest.mark.parametrize(
    "record",
    [
        "junk", 5, None, {}, {"message": 5}, {"message": "m", "classes": 5}, {"message": "m", "classes": [5, ":", "os:system"]},
        {"message": "m", "classes": ["builtins:SystemExit", "builtins:int"]}, {"message": "m", "cause": 5},
        {"message": "m", "problems": 5}, {"message": "m", "retryable": 5, "state": 6}, {"message": "m", "later": [1]},
        {"message": "m", "classes": ["dosdk_temporal.errors:_WithProblems"]}, {"message": "m", "cause": {"message": 5}},
        {"message": "m", "classes": ["dosdk_temporal.errors:NotFoundError"], "retryable": True},
    ],
)  # fmt: skip
def test_records_that_are_not_ours(record: Any) -> None:
    """Whatever stands where our record would, an error of the tree with the message comes of it."""
    got = error_of(travelled(ApplicationError("m", {"dosdk_error": record}, type="Cause")))
    assert (isinstance(got, DoError), got.message) == (True, "m")


@pytest.mark.parametrize(
    ("failure", "state", "message"),
    [
        (temporal.CancelledError(), "cancelled", "workflow 'w' was cancelled"),
        (temporal.CancelledError("no longer wanted"), "cancelled", "workflow 'w' was cancelled: no longer wanted"),
        (temporal.TerminatedError("by hand"), "terminated", "workflow 'w' was terminated: by hand"),
        (_timeout(TimeoutType.START_TO_CLOSE), "timed_out", "workflow 'w' timed out: activity Heartbeat timeout"),
        (_wrapped(ChildWorkflowError, temporal.TerminatedError("x")), "terminated", "workflow 'w' was terminated: x"),
        (
            _wrapped(ActivityError, _timeout(TimeoutType.HEARTBEAT)),
            "failed",
            "workflow 'w' failed: ActionTimeoutError: the worker that ran the action was lost",
        ),
        (ApplicationError("said", type="Cause"), "failed", "workflow 'w' failed: Cause: said"),
        (failure_of(KeyError("x")), "failed", "workflow 'w' failed: KeyError: 'x'"),
        (
            failure_of(ActionError("no funds", type="Declined", action="charge", step="charge#2", attempts=3)),
            "failed",
            "workflow 'w' failed in step 'charge#2': action 'charge' failed after 3 attempts: Declined: no funds",
        ),
        (
            failure_of(ActionError("no funds", type="Declined", action="charge", attempts=1)),
            "failed",
            "workflow 'w' failed: action 'charge' failed after 1 attempt: Declined: no funds",
        ),
    ],
)
def test_runs_that_did_not_complete(failure: BaseException, state: str, message: str) -> None:
    """Who waits for a run is told how it ended and why, in one sentence, with the handler's own words."""
    got = workflow_error(failure, "w", "e")
    assert isinstance(got, WorkflowError)
    assert (got.state, got.message, got.workflow, got.execution_id) == (state, message, "w", "e")
    assert (got.cause is None) is (state != "failed")


def test_a_run_that_was_refused() -> None:
    """A run refused before its handler began raises that very error at who waits for it."""
    got = workflow_error(
        travelled(failure_of(InputError("no", problems=(("a", "is required"),)), refused=True)), "w", "e"
    )
    assert (type(got), got.message) == (InputError, "no")


def test_a_runs_own_error() -> None:
    """A run that ended with its own WorkflowError is not wrapped again; a child's is the cause."""
    own = workflow_error(travelled(failure_of(WorkflowError("late", state="timed_out", execution_id="e"))), "w", "e")
    childs = workflow_error(travelled(failure_of(WorkflowError("late", state="timed_out", execution_id="c"))), "w", "e")
    assert isinstance(own, WorkflowError)
    assert isinstance(childs, WorkflowError)
    assert (own.message, own.state, own.cause) == ("late", "timed_out", None)
    assert (childs.message, childs.state, type(childs.cause)) == ("workflow 'w' failed: late", "failed", WorkflowError)


def test_cancellations() -> None:
    """A cancellation is one through any wrapper; nothing else is."""
    cancelled = temporal.CancelledError()
    found = [is_cancellation(f) for f in (cancelled, _wrapped(ActivityError, cancelled), _timeout(None), KeyError())]
    assert found == [True, True, False, False]


@given(st.text(max_size=300), st.text(max_size=50))
def test_any_text_arrives(message: str, step: str) -> None:
    """Whatever a handler says arrives, in characters that can travel."""
    got = told(Declined(message), step=step)
    assert got.message == (message.encode(errors="backslashreplace").decode() or "Declined")


STILL_NAMED = {
    "_outside/await_run.py": {"ApplicationError", "FailureError"},
}
"""What other modules name to catch or to annotate, none to build an error of the tree from it. This may only shrink."""


def test_one_module_names_temporals_failures() -> None:
    """Only ``_wire``'s ``failures`` and ``endings`` know Temporal's failure classes; what is named elsewhere is listed above."""
    named: dict[str, set[str]] = {}
    for path in LIBRARY.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == temporal.__name__:
                named.setdefault(path.relative_to(LIBRARY).as_posix(), set()).update(alias.name for alias in node.names)
            if isinstance(node, ast.ImportFrom) and node.module == "temporalio":
                names = {alias.name for alias in node.names} & {"exceptions"}
                if names:
                    named.setdefault(path.relative_to(LIBRARY).as_posix(), set()).update(names)
    assert [named.pop("_wire/failures.py"), named.pop("_wire/endings.py")] == [{"exceptions"}] * 2
    assert {path: names - STILL_NAMED.get(path, set()) for path, names in named.items()} == {
        path: set() for path in named
    }
