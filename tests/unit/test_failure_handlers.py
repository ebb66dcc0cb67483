"""What ``on_failure=`` can be, and what is refused where it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from dosdk_temporal import DefinitionError, Do, Registry, Trigger
from dosdk_temporal._pure.failing import FailureHandler, failure_report
from dosdk_temporal._pure.registry_check import check_registry

_RUNS_ALERT = {
    "id": "onFailure1",
    "function": "alert-ops",
    "input": {
        "name": "{{ workflow.name }}",
        "error": {"type": "{{ error.type }}", "message": "{{ error.message }}"},
    },
}
_NOTIFIES = {
    "id": "onFailure1",
    "function": "send-notification",
    "input": {
        "to": "ops@x.example",
        "subject": "'{{ workflow.name }}' failed",
        "body": "'{{ workflow.name }}' failed.\n{{ error.type }}: {{ error.message }}\nMore: dosdk status {{ workflow.id }}",
        "execution_id": "{{ workflow.id }}",
        "kind": "onFailure",
    },
}


def _do() -> Do:
    return Do(address="127.0.0.1:1", registry=Registry())


async def _alert(name: str, error: Mapping[str, str]) -> None:
    del name, error


async def _fails() -> None:
    raise ValueError


async def _flow(_: Trigger) -> None:
    raise ValueError


def _handler_of(do: Do, on_failure: Any) -> FailureHandler | None:
    return do.action.create(name="charge", handler=_fails, version="2", on_failure=on_failure).definition.on_failure


def test_an_action_its_name_and_a_function_mean_an_action() -> None:
    """An action, a reference to one, its name and a function are each kept as an action's name; a function is registered."""
    do = _do()
    alert = do.action.create(name="alert-ops", handler=_alert)
    assert [_handler_of(do, given) for given in (alert, do.action("alert-ops"), "alert-ops", "alert@3", _alert)] == [
        FailureHandler("alert-ops@1"),
        FailureHandler("alert-ops"),
        FailureHandler("alert-ops"),
        FailureHandler("alert@3"),
        FailureHandler("charge:on_failure@2"),
    ]
    registered = do.registry.actions.find("charge:on_failure")
    assert registered is not None
    assert (registered.version, registered.description) == ("2", "Runs when action 'charge' has failed.")


@pytest.mark.parametrize(("given", "told"), [("ops@x.example", 1), (["ops@x.example", "#alerts", "ops@x.example"], 2)])
def test_a_mapping_names_who_is_notified(given: Any, told: int) -> None:
    """``{"notify": ...}`` is the notification action, for each of them once."""
    handler = _handler_of(_do(), {"notify": given})
    assert handler == FailureHandler("send-notification", ("ops@x.example", "#alerts")[:told])
    assert FailureHandler.from_wire(handler.to_wire()) == handler


def test_workflows_and_services_take_it_too() -> None:
    """A workflow and a service with a handler keep it; a service with steps says it as its definition's onFailure."""
    do = _do()
    do.action.create(name="charge", handler=_fails)
    do.action.create(name="alert-ops", handler=_alert)
    do.workflow.create(name="flow", handler=_flow, on_failure="alert-ops")
    do.service.create(name="by-handler", handler=_flow, on_failure="alert-ops")
    do.service.create(name="by-steps", steps=[{"action": "charge"}], on_failure="alert-ops")
    do.service.create(name="told", steps=[{"action": "charge"}], on_failure={"notify": "ops@x.example"})
    found = [do.registry.workflows.find(name) for name in ("flow", "by-handler", "by-steps", "told")]
    assert [getattr(one, "on_failure", None) for one in found] == [
        FailureHandler("alert-ops"),
        FailureHandler("alert-ops"),
        None,
        None,
    ]
    declared = [one.definition.form["errorHandling"]["onFailure"] for one in found[2:]]  # type: ignore[union-attr]
    assert declared == [[_RUNS_ALERT], [_NOTIFIES]]


def test_who_is_notified_gets_a_notification() -> None:
    """The report becomes a subject, a body that names step, error and what to do, and the documented kind."""
    report = failure_report(
        "buy", {"amount": 5}, type="ValueError", message="declined", attempts=3, execution_id="buy/1", step="charge"
    )
    assert FailureHandler.notifying(["ann", "bob"]).inputs(report) == [
        {
            "to": to,
            "subject": "'buy' failed",
            "body": "'buy' failed in step 'charge'.\nValueError: declined\nMore: dosdk status buy/1",
            "execution_id": "buy/1",
            "kind": "onFailure",
        }
        for to in ("ann", "bob")
    ]
    assert FailureHandler("alert-ops").inputs(report) == [report]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (7, "on_failure of action 'charge' is 7: give an action, its name, a function, or {'notify': 'ops@example.com'}"),
        ("", "on_failure of action 'charge' is an empty name: give an action"),
        ("alert@x", "on_failure of action 'charge': 'alert@x' asks for version 'x'"),
        ({}, "on_failure of action 'charge' is {}: give an action"),
        ({"notify": []}, "on_failure of action 'charge' notifies nobody"),
        ({"notify": 7}, "on_failure of action 'charge': notifications has onFailure=7"),
        (
            lambda name, amount: (name, amount),
            "on_failure of action 'charge' asks for amount: a failure handler is given what it names of name, input, error, ",
        ),
    ],
)  # fmt: skip
def test_what_can_be_no_failure_handler_is_refused(given: Any, message: str) -> None:
    """Whatever cannot be meant is refused where it is written, with the fix."""
    with pytest.raises(DefinitionError) as refused:
        _handler_of(_do(), given)
    assert str(refused.value).startswith(message)


def test_one_service_says_it_once() -> None:
    """A service with ``on_failure=`` and ``errorHandling.onFailure`` is refused."""
    do = _do()
    do.action.create(name="alert-ops", handler=_alert)
    handling = {"onFailure": [{"function": "alert-ops"}]}
    with pytest.raises(DefinitionError, match="give one of them"):
        do.service.create(
            name="s", steps=[{"action": "alert-ops"}], on_failure="alert-ops", errorHandling=handling
        )  # fmt: skip


@pytest.mark.parametrize("kind", ["action", "workflow"])
def test_a_handler_that_is_not_there(kind: str) -> None:
    """A name that no action has is refused before a worker serves what would fail in silence."""
    do = _do()
    do.action.create(name="alert-ops", handler=_alert)
    if kind == "action":
        do.action.create(name="charge", handler=lambda: None, on_failure="alert-op")
    else:
        do.workflow.create(name="charge", handler=_flow, on_failure="alert-op")
    with pytest.raises(DefinitionError) as refused:
        check_registry(do.registry)
    assert str(refused.value) == (
        f"on_failure of {kind} 'charge' is 'alert-op', and no action has that name: did you mean 'alert-ops'?"
    )
