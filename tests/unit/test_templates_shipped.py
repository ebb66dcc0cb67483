"""The templates that come with the package: each is complete, and its tests pass whatever is set."""

from __future__ import annotations

from typing import Any

import pytest

from dosdk_temporal._cli.templates.finding import find_templates
from dosdk_temporal._pure.interpreter.cases import try_case

FOUND = find_templates()
OURS = {name: template for name, template in FOUND.templates.items() if template.package == "dosdk"}

OTHERWISE: dict[str, dict[str, Any]] = {
    "approval-chain": {
        "name": "travel", "lead": ["ann", "bob"], "finance": ["una"], "limit": 5, "timeout": "90m", "remindEvery": "1h",
    },
    "customer-onboarding": {"name": "welcome", "managedPlan": "gold: 'and' \"more\"", "welcomeTemplate": "{yes}", "attempts": 1},
    "incident-follow-up": {
        "name": "after", "event": "fire.out", "escalateTo": "#fire", "firstCheck": "PT36H", "checkEvery": "1h", "checks": 1,
    },
    "order-fulfilment": {
        "name": "ship", "event": "bought", "deliveredEvent": "came", "approvers": ["ann"], "limit": 0.5,
        "approvalTimeout": "5m", "deliveryTimeout": "2d",
    },
    "quarterly-business-review": {
        "name": "yearly", "schedule": "@yearly", "timezone": "Europe/Berlin", "segment": "all: of them", "metrics": ["nps"],
        "onStart": [], "onComplete": ["boss@example.com"],
    },
}  # fmt: skip
"""Other parameters than the defaults, among them some that YAML would like to read otherwise."""


def test_these_are_shipped() -> None:
    """Five templates are found by the entry point, without a warning."""
    assert (sorted(OURS), FOUND.warnings) == (sorted(OTHERWISE), [])


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_template_is_complete(name: str) -> None:
    """A template says what it is for; each parameter has a description and a default; each function is told, and no other."""
    template = OURS[name]
    assert (len(template.summary) > 20, len(template.description) > 50) == (True, True)
    assert [key for key, schema in template.properties.items() if not {"description", "default"} <= set(schema)] == []
    filled = template.filled({})
    assert filled.functions == dict(template.functions)
    assert (filled.definition.description != "", len(filled.definition.tests) > 1) == (True, True)


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_parameter_is_used(name: str) -> None:
    """Another value of a parameter makes another definition."""
    before = OURS[name].filled({}).text
    assert set(OTHERWISE[name]) == set(OURS[name].properties)
    assert [key for key, value in OTHERWISE[name].items() if OURS[name].filled({key: value}).text == before] == []


@pytest.mark.parametrize("which", ["defaults", "otherwise"])
@pytest.mark.parametrize("name", sorted(OURS))
def test_its_tests_pass(name: str, which: str) -> None:
    """A template's own tests pass without a server, with its defaults and with other parameters."""
    definition = OURS[name].filled({} if which == "defaults" else OTHERWISE[name]).definition
    tried = [try_case(definition, index) for index in range(len(definition.tests))]
    assert {one.name: one.differences for one in tried} == {one.name: () for one in tried}
