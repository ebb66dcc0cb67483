"""The interpreter in memory: where a definition itself is wrong, nothing in it hides that."""

from __future__ import annotations

from typing import Any

import pytest

from dosdk_temporal import ActionError
from dosdk_temporal._pure.declarative.loading import load_definition
from dosdk_temporal._pure.interpreter.memory import Simulated, simulate
from dosdk_temporal._pure.interpreter.world import World
from dosdk_temporal.expressions import ExpressionError, evaluate


def fail(given: Any) -> None:
    raise ActionError("no", type="Refused", retryable=False)


def run(*steps: dict[str, Any]) -> Simulated:
    """A simulated run of these steps, whose input has a text where an object is read."""
    world = World(functions={"fail": fail, "wrong": lambda _: evaluate("x.y", {"x": None})})
    return simulate(load_definition({"name": "flow", "steps": list(steps)}), {"x": "text", "two": [1, 2]}, world)


FAULT: dict[str, Any] = {"id": "fault", "set": {"v": "{{ input.x.y.z }}"}}
LATER: dict[str, Any] = {"id": "later", "repeat": {"maxIterations": 1, "steps": [{"id": "nap", "wait": "1h"}, FAULT]}}
FAILS: dict[str, Any] = {"id": "fails", "function": "fail"}
SLOW: dict[str, Any] = {"id": "slow", "try": [{"id": "days", "wait": "9d"}], "finally": [FAULT]}
QUICK: dict[str, Any] = {"id": "quick", "set": {"x": 1}}
RETURN: dict[str, Any] = {"id": "end", "return": {"early": True}}

AT_ONCE: dict[str, dict[str, Any]] = {
    "behind what fails": {"parallel": [FAILS, FAULT]},
    "before what fails": {"parallel": [FAULT, FAILS]},
    "long behind what fails": {"parallel": [FAILS, LATER]},
    "in a loop": {"forEach": "{{ input.two }}", "as": "n", "steps": [
        {**FAILS, "condition": "n === 1"}, {**FAULT, "condition": "n === 2"}]},
    "before a return": {"parallel": [FAULT, RETURN]},
    "as a return ends what runs beside it": {"parallel": [SLOW, RETURN]},
    "where none wins": {"waitForAll": False, "parallel": [FAILS, LATER]},
    "before one wins": {"waitForAll": False, "parallel": [FAULT, QUICK]},
    "in what a winner ends": {"waitForAll": False, "parallel": [SLOW, QUICK]},
    "before what finally fails": {"try": [FAULT], "finally": [FAILS]},
    "before what finally returns": {"try": [FAULT], "finally": [RETURN]},
    "in what is finally done": {"try": [FAILS], "finally": [FAULT]},
}  # fmt: skip


@pytest.mark.parametrize("handled", ["caught", "gone on", "neither"])
@pytest.mark.parametrize("kind", AT_ONCE)
def test_nothing_hides_a_fault(kind: str, handled: str) -> None:
    """A fault beside, before or behind what fails, wins or returns ends the run, and no catch and no onError takes it."""
    step: dict[str, Any] = {"id": "it", **AT_ONCE[kind]}
    if handled == "caught":
        step = {"id": "t", "try": [step], "catch": [{"steps": [{"id": "c", "set": {"x": 1}}]}]}
    elif handled == "gone on":
        step["onError"] = "continue"
    done = run(step)
    assert isinstance(done.error, ExpressionError)
    assert done.error.message == (
        "set.v of step 'fault' cannot be evaluated: Cannot read properties of undefined (reading 'z'), in {{ input.x.y.z }}"
    )
    assert done.error.step == "fault"


def test_the_first_of_several_faults() -> None:
    """Of two faults the first by position is told, whichever came first."""
    other = {"id": "other", "set": {"v": "{{ input.x.a.b }}"}}
    done = run({"id": "p", "parallel": [LATER, other]})
    assert (done.error and done.error.step) == "fault"


def test_who_wins_has_won() -> None:
    """A fault that a cancelled branch has not come to is none: the winner's output stands."""
    assert run({"id": "p", "waitForAll": False, "parallel": [LATER, QUICK]}).output == {"quick": {"x": 1}}


def test_the_fault_of_a_function_is_its_own() -> None:
    """A function that evaluates expressions fails with its error as with any other, and that is caught."""
    caught = {"id": "c", "set": {"type": "{{ error.type }}"}}
    done = run({"id": "t", "try": [{"id": "a", "function": "wrong"}], "catch": [{"steps": [caught]}]})
    assert (done.error, done.output) == (None, {"type": "ExpressionError"})
