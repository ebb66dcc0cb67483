"""Retry policies of definitions, read and simulated."""

from __future__ import annotations

from typing import Any

import pytest

from dosdk_temporal import DefinitionError, InputError, Retry
from dosdk_temporal._pure.declarative.loading import load_definition
from dosdk_temporal._pure.interpreter.fixtures import world_of
from dosdk_temporal._pure.interpreter.memory import Simulated, simulate

HELD = {"maxAttempts": 2, "onExhausted": "hold"}
DECLINED = {"raises": {"type": "CardDeclined", "message": "no"}}


def run(step: dict[str, Any], answers: Any, **fixtures: Any) -> Simulated:
    """A simulated run of one step, which calls a function of these answers."""
    definition = load_definition({"name": "sale", "steps": [{"id": "a", "function": "charge", **step}]})
    return simulate(
        definition, {}, world_of({"functions": {"charge": answers, "cash": {"returns": "cash"}}, **fixtures})
    )


@pytest.mark.parametrize(
    ("policy", "meant"),
    [
        ({"maxAttempts": 5, "backoff": "linear", "initialDelay": "2s"}, Retry(5, "2s", backoff="linear")),
        ({"backoff": "fixed", "initialDelay": 500, "multiplier": 3}, Retry(initial_delay="500ms", backoff="fixed")),
        ({"backoff": {"initialDelay": 500, "multiplier": 3}}, Retry(3, "500ms", 3)),
        (HELD, Retry(2, on_exhausted="hold")),
        ({}, Retry()),
    ],
)
def test_policies_of_documents(policy: dict[str, Any], meant: Retry) -> None:
    """A step's policy is the very strategy that Python writes."""
    definition = load_definition({"name": "sale", "steps": [{"id": "a", "function": "charge", "retryPolicy": policy}]})
    assert definition.steps[0].retry == meant


def test_a_policy_that_cannot_be_meant() -> None:
    """Another word than fail and hold is a fault with its path."""
    with pytest.raises(DefinitionError) as refused:
        load_definition(
            {"name": "sale", "steps": [{"id": "a", "function": "f", "retryPolicy": {"onExhausted": "wait"}}]}
        )
    errors = [problem.path for problem in refused.value.problems if problem.severity == "error"]
    assert errors == ["$.steps[0].retryPolicy.onExhausted"]


@pytest.mark.parametrize(
    ("said", "answers", "output"),
    [
        ({"resolution": "retry"}, [DECLINED, DECLINED, {"returns": 7}], 7),
        ({"resolution": "skip", "value": 8}, DECLINED, 8),
        ({"resolution": "fail"}, DECLINED, "cash"),
        ([{"resolution": "retry"}, {"resolution": "skip"}], DECLINED, None),
    ],
)
def test_a_simulated_person_resolves(said: Any, answers: Any, output: Any) -> None:
    """Fixtures say what becomes of a held step: tried again, skipped with a value, or failed to its fallback."""
    done = run({"retryPolicy": HELD, "fallback": "cash"}, answers, resolutions={"a": said})
    assert (done.output, done.error) == (output, None)
    assert {"step": "a", "event": "held", "detail": "no"} in done.log


def test_nobody_resolves() -> None:
    """A simulated run that would wait for ever says for whom."""
    done = run({"retryPolicy": HELD}, DECLINED)
    assert str(done.error) == (
        "the run waits for ever for whoever resolves the held step 'a': say in the fixtures what comes"
    )


def test_resolutions_that_cannot_be_meant() -> None:
    """A fixture that is no resolution is refused, and named."""
    with pytest.raises(InputError, match=r"the resolution of 'a' is {'resolution': 'again'}: a held step is resolved"):
        world_of({"resolutions": {"a": {"resolution": "again"}}})
