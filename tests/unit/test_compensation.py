"""What may undo an action, what of its step it is told, and what a failure tells of whether there is anything to undo."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel
from temporalio import exceptions as temporal

from dosdk_temporal import Action, ActionError, ActionTimeoutError, DefinitionError, Do, InputError, Registry
from dosdk_temporal._pure.compensation import COMPENSATING, Undo, serving, undoing
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.registry_check import check_registry
from dosdk_temporal._wire.failures import failure_of
from dosdk_temporal._wire.outcomes import may_have_happened, undone_as_told
from dosdk_temporal.errors import OutputError


class Receipt(BaseModel):
    """What was charged."""

    number: int


def charge(amount: int) -> Receipt:
    """Do what may have to be undone."""
    return Receipt(number=amount)


@pytest.fixture
def do() -> Do:
    """A client of its own registry."""
    return Do(registry=Registry())


def undo(output: Receipt) -> None:
    """Take one of what is told."""


def test_a_function_is_registered_beside_its_action(do: Do) -> None:
    """A function that undoes an action is the action ``{name}:compensate`` of the same version, which a worker finds by name."""
    action = do.action.create(name="charge", handler=charge, compensate=undo, version="2")
    registered = do.registry.actions.find("charge:compensate", "2")
    assert registered is not None
    assert (action.definition.compensation, registered.handler) == ("charge:compensate@2", undo)
    check_registry(do.registry)


@pytest.mark.parametrize("given", ["refund", "refund@2", "the action", "a reference"])
def test_an_action_may_undo_another(do: Do, given: str) -> None:
    """An action is meant by itself, by a reference, or by its name."""
    refund = do.action.create(name="refund", handler=lambda output: output, version="2")
    said = {"the action": refund, "a reference": do.action("refund@2")}.get(given, given)
    action = do.action.create(name="charge", handler=charge, compensate=said)
    check_registry(do.registry)
    facts = CallFacts(kind=COMPENSATING, compensate=action.definition.compensation)
    assert serving(do.registry, "charge:compensate", facts) == undoing(refund.definition)


def takes(names: str) -> Any:
    """A function of these parameters."""
    return eval(f"lambda {names}: None")  # noqa: S307 - written here


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (takes("amount"), "compensate= of action 'charge' takes amount: what undoes a step takes what it names of input, output"),
        (takes("input, reason=''"), "takes reason: what undoes a step takes what it names of input, output, outcome, and"),
        (takes("inputs"), "takes inputs"),
        (takes("*output"), "takes 'output' as a * parameter"),
        (Action(do=Do(registry=Registry()), name="refund", handler=charge), "compensate= of action 'charge' takes amount"),
        (17, "compensate= of action 'charge' is 17: give an action, its name, or a function"),
        ("", "compensate= of action 'charge' is an empty name: give an action, its name, or a function"),
        ("refund@two", "compensate= of action 'charge': 'refund@two' asks for version 'two'"),
    ],
)  # fmt: skip
def test_what_cannot_undo_an_action(do: Do, given: Any, message: str) -> None:
    """What cannot be meant, or asks for more than is told, is refused where it is said."""
    with pytest.raises(DefinitionError) as refused:
        do.action.create(name="charge", handler=charge, compensate=given)
    assert message in str(refused.value)
    assert do.registry.actions.find("charge") is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("refnd", "compensate= of action 'charge' is 'refnd', and no action has that name: did you mean 'refund'?"),
        ("refund@2", "compensate= of action 'charge' is 'refund@2', and no action has that name: there is 'refund@1'"),
        ("charge", "compensate= of action 'charge' takes amount"),
    ],
)
def test_an_action_that_is_not_there(do: Do, given: str, message: str) -> None:
    """A name that no action has, or one that cannot undo it, is refused before a worker serves it."""
    do.action.create(name="refund", handler=lambda output: output)
    do.action.create(name="charge", handler=charge, compensate=given)
    with pytest.raises(DefinitionError) as refused:
        check_registry(do.registry)
    assert message in str(refused.value)


TOLD = {"input": {"amount": 3}, "output": {"number": 3}, "outcome": "completed"}


@pytest.mark.parametrize(
    ("handler", "travels", "arguments"),
    [
        (undo, {"output": {"number": 3}}, {"output": Receipt(number=3)}),
        (takes("input"), {"input": {"amount": 3}}, {"input": {"amount": 3}}),
        (takes("outcome, input, context"), {"outcome": "completed", "input": {"amount": 3}}, None),
        (takes("**told"), TOLD, TOLD),
        (takes(""), {}, {}),
    ],
)
def test_what_is_told(do: Do, handler: Any, travels: Any, arguments: Any) -> None:
    """What a handler names travels, and reaches it as it is annotated; a worker is told more by who does not know it."""
    do.action.create(name="charge", handler=charge, compensate=handler)
    check_registry(do.registry)
    call = Undo("charge", "charge", "charge:compensate@1", TOLD, "charge:compensate").call(do.registry)
    unknown = Undo("charge", "charge", "charge:compensate@1", TOLD, "charge:compensate").call(Registry())
    assert call.definition is not None
    told, more = (call.definition.signature.validate(data) for data in (call.data, unknown.data))
    assert call.definition.signature.named_of(TOLD) == travels
    assert told == more == (travels if arguments is None else arguments)


def test_no_output_is_told_as_none(do: Do) -> None:
    """A sole ``output`` is None where there is none, and no empty object; a handler that cannot take that is told so."""
    do.action.create(name="charge", handler=charge, compensate=undo)
    call = Undo("charge", "charge", "charge:compensate", {**TOLD, "output": None}, "x").call(do.registry)
    assert (call.data, call.definition is not None) == (b'{"output":null}', True)
    with pytest.raises(InputError, match=r"the input of action 'charge:compensate' does not fit: output: "):
        call.definition.signature.validate(call.data)  # type: ignore[union-attr] # asked above


def attempt(number: int, kind: str) -> dict[str, Any]:
    return {"n": number, "error": {"type": kind, "message": "no"}, "started_at": "", "closed_at": ""}


def failed(error: Exception, attempts: int, *kinds: str | None) -> BaseException:
    """An activity's failure with its trail; None stands for an attempt that died with its worker."""
    trail = [attempt(number, kind) for number, kind in enumerate(kinds, attempts - len(kinds) + 1) if kind]
    return wrapped(failure_of(error, trail=trail, attempts=attempts))


def wrapped(cause: BaseException) -> BaseException:
    error = temporal.ActivityError(
        "Activity task failed", scheduled_event_id=1, started_event_id=2, identity="", activity_type="charge",
        activity_id="charge", retry_state=temporal.RetryState.NON_RETRYABLE_FAILURE,
    )  # fmt: skip
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("failure", "may_have"),
    [
        (failed(ValueError("no"), 1, "ValueError"), False),
        (failed(ValueError("no"), 3, "ValueError", "ConnectionError", "ValueError"), False),
        (failed(InputError("no"), 1, "InputError"), False),
        (failed(ValueError("no"), 50, *["ValueError"] * 20), False),
        (failed(ValueError("no"), 3, "ValueError", "ActionTimeoutError", "ValueError"), True),
        (failed(TimeoutError("no answer"), 1, "TimeoutError"), True),
        (failed(ActionTimeoutError("late"), 1), True),
        (failed(ValueError("no"), 3, "ValueError", None, "ValueError"), True),
        (failed(ValueError("no"), 3, None, "ValueError"), True),
        (failed(ActionError("3 attempts were made, the last ended with its worker"), 3, "ValueError", "ValueError", None), True),
        (failed(OutputError("no JSON"), 1, "OutputError"), True),
        (wrapped(temporal.CancelledError()), True),
        (asyncio.CancelledError(), True),
        (wrapped(temporal.TimeoutError("lost", type=temporal.TimeoutType.HEARTBEAT, last_heartbeat_details=[])), True),
        (wrapped(temporal.ApplicationError("of somebody else")), False),
        (None, False),
    ],
)  # fmt: skip
def test_what_may_have_happened(failure: BaseException | None, may_have: bool) -> None:
    """An action that refused did nothing in any attempt; one that was interrupted in any of them may have done it."""
    assert may_have_happened(failure, is_local=False) == may_have


def test_a_local_action_leaves_no_trail() -> None:
    """Of a local action only the last attempt is told of: what is missing is no sign."""
    assert not may_have_happened(failed(ValueError("no"), 3, "ValueError"), is_local=True)


def test_what_undoes_it_is_told_with_the_failure() -> None:
    """Who does not know an action reads in its failure what undoes it."""
    assert undone_as_told(wrapped(failure_of(ActionTimeoutError("late"), compensate="refund@1"))) == "refund@1"
    assert undone_as_told(wrapped(temporal.CancelledError())) is None


@pytest.mark.parametrize(
    "call", [lambda do: do.saga(), lambda do: do.action.run("charge", {"amount": 1}, compensate=undo)]
)
async def test_what_needs_a_workflow(do: Do, call: Any) -> None:
    """A block, and a function that undoes a call, belong into a workflow."""
    with pytest.raises(
        DefinitionError, match=r"only a workflow's handler can open a saga|which no worker finds from here"
    ):
        await call(do)
