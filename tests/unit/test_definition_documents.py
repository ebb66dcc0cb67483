"""The documented definitions, from Python, JSON and YAML."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dosdk_temporal import DefinitionError, InputError, Retry, z
from dosdk_temporal._pure.declarative.kinds import Call, FunctionCall
from dosdk_temporal._pure.declarative.loading import check_definition_file, check_definition_text, load_definition
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.parts import Metric
from dosdk_temporal._pure.declarative.steps import Step
from tests.unit.definitions.onboarding import customerOnboardingWorkflow

YAML = Path(__file__).parent / "definitions/onboarding.yaml"
EVERYTHING = YAML.with_name("everything.yaml")

SERVICE: dict[str, Any] = {
    "name": "customer-onboarding-workflow",
    "input": ["userName", "userEmail"],
    "steps": [
        {"action": "create-user-in-db", "params": {"name": "{{input.userName}}", "email": "{{input.userEmail}}"}},
        {"action": "setup-billing-account", "params": {"email": "{{input.userEmail}}"}},
        {"action": "send-welcome-email", "params": {"recipientEmail": "{{input.userEmail}}"}},
        {"action": "notify-sales-on-slack", "params": {"customerName": "{{input.userName}}"}},
    ],
}


def test_three_writings_are_one_definition() -> None:
    """The documented workflow as printed, as JSON and as YAML is one definition with one hash."""
    plain = {
        key: value.json_schema() if isinstance(value, z.ZType) else value
        for key, value in customerOnboardingWorkflow.items()
    }
    as_printed, as_json, as_yaml = (
        load_definition(customerOnboardingWorkflow),
        load_definition(json.dumps(plain)),
        load_definition(YAML),
    )
    assert as_printed.text == as_json.text == as_yaml.text
    assert as_printed.hash == as_yaml.hash == hashlib.sha256(as_printed.text.encode()).hexdigest()
    assert (as_printed.tests, as_yaml.tests) == ((), ({"name": "a starter"},))


def test_the_documented_workflow() -> None:
    """Its parts are what the document says: fallback, strategy, metrics, conditions, and each step's path."""
    definition = load_definition(customerOnboardingWorkflow)
    assert [step.id for step in definition.steps] == [
        "accountSetup", "welcomeEmail", "resourceAllocation", "assignAccountManager", "scheduleKickoff", "createSuccessPlan",
    ]  # fmt: skip
    assert definition.steps[4] == Step(
        id="scheduleKickoff",
        path=("steps", 4),
        kind=FunctionCall("scheduleKickoffCall"),
        condition="{{!!assignAccountManager}}",
        input={
            "customerEmail": "{{accountSetup.customerEmail}}",
            "accountManagerEmail": "{{assignAccountManager.email}}",
            "suggestedTopics": ["Implementation timeline", "Success metrics", "Training needs"],
        },
        fallback=Call("sendSchedulingLink"),
    )
    assert (definition.retry, definition.compensates) == (Retry(3, "1s", 2), False)
    assert definition.metrics[0] == Metric("timeToFirstLogin", "Time from signup to first login")
    assert (definition.name, definition.version, definition.is_service) == ("customerOnboardingWorkflow", "1", False)


def test_its_input_is_checked() -> None:
    """Its schema refuses an input with every fault named."""
    definition = load_definition(customerOnboardingWorkflow)
    assert definition.input is not None
    given = {"customerId": "cust_12345", "plan": "professional", "industry": "healthcare", "companySize": "medium"}
    assert definition.input.check(given, "it") == given
    with pytest.raises(InputError) as refused:
        definition.input.check({"plan": "gold", "industry": 5, "companySize": "small"}, "the input of workflow 'x'")
    assert str(refused.value) == (
        "the input of workflow 'x' does not fit: plan: must be one of 'starter', 'professional', 'enterprise', not 'gold'; "
        "industry: must be text, not 5; customerId: is required"
    )


def test_what_is_unknown_is_a_warning_where_nothing_is_known() -> None:
    """With no function known each is a warning, once, and nothing is refused."""
    problems = check_definition_text(customerOnboardingWorkflow).problems
    assert {(problem.code, problem.severity) for problem in problems} == {("unknown-function", "warning")}
    assert [problem.path for problem in problems] == [
        *(f"$.steps[{index}].function" for index in range(6)),
        "$.errorHandling.fallbackSteps.scheduleKickoff",
    ]


def test_the_documented_service() -> None:
    """A service's steps are actions with params; ids are the actions' names in camelCase."""
    service = load_definition(SERVICE, service=True)
    assert [(step.id, step.kind) for step in service.steps] == [
        ("createUserInDb", FunctionCall("create-user-in-db")),
        ("setupBillingAccount", FunctionCall("setup-billing-account")),
        ("sendWelcomeEmail", FunctionCall("send-welcome-email")),
        ("notifySalesOnSlack", FunctionCall("notify-sales-on-slack")),
    ]
    assert service.steps[2].input == {"recipientEmail": "{{input.userEmail}}"}
    assert (service.is_service, service.text == load_definition(SERVICE).text) == (True, False)
    assert service.input is not None
    assert service.input.filled({"userName": "Ada"})[1] == [(("userEmail",), "is required")]


def test_the_one_form_is_read_again() -> None:
    """What travels in a run's input makes the same definition, without checks, tests left behind."""
    for definition in (load_definition(YAML), load_definition(SERVICE, service=True), load_definition(EVERYTHING)):
        again = Definition.of(json.loads(definition.text))
        assert (again.text, again.hash, again.steps) == (definition.text, definition.hash, definition.steps)
        assert again.tests == ()


def test_every_kind_has_its_model() -> None:
    """A definition with every kind of step loads with no fault but functions that nobody knows."""
    checked = check_definition_file(EVERYTHING)
    assert [problem for problem in checked.problems if not problem.code.startswith("unknown-")] == []
    definition = load_definition(EVERYTHING)
    assert [step.id for step in definition.steps] == [
        "checkStock", "both", "each", "way", "wait", "wait2", "paid", "released", "set", "tries", "polls", "raise",
        "returnStep",
    ]  # fmt: skip
    assert [type(step.kind).__name__ for step in definition.steps] == [
        "FunctionCall", "Parallel", "ForEach", "Switch", "Wait", "Wait", "WaitForEvent", "Approval", "SetValues", "Try",
        "Repeat", "Raise", "Return",
    ]  # fmt: skip
    first = definition.steps[0]
    assert (first.name, first.timeout, first.on_error) == ("Check stock", timedelta(seconds=30), "continue")
    assert first.retry == Retry(5, "2s", max_delay="1m", backoff="linear")
    assert first.compensation == Call("stock.release", {"id": "{{ checkStock.id }}"})
    assert definition.timeout == timedelta(days=30)
    assert (definition.version, dict(definition.labels)) == ("2.1", {"team": "sales", "tier": "1"})
    assert definition.notifications == {"onFailure": ("ops@example.com",), "onComplete": ("sales@example.com",)}
    assert (definition.compensates, definition.on_failure[0].id, definition.finally_steps[0].id) == (
        True,
        "alert",
        "close",
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("version: 1", "version: '1'", True),
        ("version: 1", "x-note: 5", True),
        ("timeout: 5m", "timeout: 300s", False),
        ("version: 1", "version: 2", False),
        ("description: a", "description: b", False),
        ("tests: [{name: a}]", "tests: [{name: b}]", True),
    ],
)
def test_what_makes_a_text_another_one(one: str, other: str, same: bool) -> None:
    """Notes and tests make no other definition; whatever a run or a reader sees does."""
    texts = [load_definition(f"name: x\nsteps: [{{function: f}}]\n{line}").text for line in (one, other)]
    assert (texts[0] == texts[1]) is same


def test_a_file(tmp_path: Path) -> None:
    """A path, as a Path or as text, is read; faults name it."""
    file = tmp_path / "flow.yaml"
    file.write_text("name: x\nsteps:\n- fuction: f\n")
    for given in (file, str(file)):
        with pytest.raises(DefinitionError) as refused:
            load_definition(given)
        assert str(refused.value) == (
            f"the definition has a fault: {file}:3:3: a step has no 'fuction' @ $.steps[0].fuction (did you mean 'function'?)"
        )
        assert (refused.value.problems[0].file, refused.value.problems[0].line) == (str(file), 3)


def test_no_file(tmp_path: Path) -> None:
    """A file that cannot be read is one fault."""
    with pytest.raises(DefinitionError) as refused:
        load_definition(tmp_path / "none.yaml")
    assert str(refused.value) == (
        f"the definition has a fault: {tmp_path / 'none.yaml'}: the file cannot be read: No such file or directory @ $"
    )


def test_many_faults_in_one_error() -> None:
    """An error tells the first five of its faults, and its problems are all of them."""
    with pytest.raises(DefinitionError) as refused:
        load_definition("name: x\nsteps:\n" + "- {function: f, tiemout: 5}\n" * 8)
    assert str(refused.value).startswith(
        "the definition has 15 faults: 3:17: a step has no 'tiemout' @ $.steps[0].tiemout"
    )
    assert str(refused.value).endswith("; and 10 more")


def test_a_name_from_outside() -> None:
    """A definition without a name takes the one that its caller gives; its own is stronger."""
    steps = "steps: [{function: f}]"
    assert load_definition(steps, name="given").name == "given"
    assert load_definition(f"name: own\n{steps}", name="given").name == "own"
