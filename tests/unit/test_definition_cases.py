"""A definition's own tests: their shape, what they compare, and ``dosdk simulate --tests``."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dosdk_temporal import DefinitionError
from dosdk_temporal._pure.declarative.loading import load_definition
from dosdk_temporal._pure.interpreter.cases import Tried, try_case
from tests.forked import DOSDK, completed

FLOW: dict[str, Any] = {
    "name": "flow",
    "steps": [
        {
            "id": "charge",
            "function": "charge",
            "input": {"amount": "{{ input.amount }}"},
            "compensation": {"function": "refund", "input": {"receipt": "{{ charge?.id }}"}},
        },
        {"id": "big", "condition": "input.amount > 100", "approval": {}},
        {"id": "pause", "wait": "7d"},
        {"id": "ship", "function": "ship", "fallback": "pickup"},
    ],
    "errorHandling": {"strategy": "compensate"},
    "metrics": [{"name": "total", "value": "{{ charge.total }}"}],
    "result": {"id": "{{ charge.id }}", "ship": "{{ ship }}"},
}
FUNCTIONS = {
    "charge": {"returns": {"id": "ch_1", "total": 12}},
    "refund": {"returns": None},
    "ship": {"returns": {"parcels": [1, 2]}},
    "pickup": {"raises": {"type": "Closed", "message": "the shop is closed", "retryable": False}},
}
SMALL = {"name": "a small one", "input": {"amount": 12}, "fixtures": {"functions": FUNCTIONS}}
NO_TRUCK = {"functions": {"ship": {"raises": {"type": "NoTruck", "message": "no truck", "retryable": False}}}}
OUTPUT = {"id": "ch_1", "ship": {"parcels": [1, 2]}}


def tried(*cases: dict[str, Any]) -> Tried:
    """What became of the last of these tests."""
    return try_case(load_definition({**FLOW, "tests": list(cases)}), len(cases) - 1)


def expecting(**expected: Any) -> tuple[str, ...]:
    """What differs in a run of a small amount."""
    return tried({**SMALL, "expect": expected}).differences


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"output": OUTPUT},
        {"skipped": ["big"], "fallbacks": [], "undone": []},
        {"metrics": {"total": 12}, "took": "1w"},
        {"calls": ["charge", "ship"]},
        {"calls": [{"step": "charge", "function": "charge", "input": {"amount": 12}}, "ship"]},
        {"calls": ["charge", {"function": "ship"}]},
    ],
)
def test_what_is_as_expected(expected: dict[str, Any]) -> None:
    """A test passes where all that it expects is so; what it says nothing of may be anything."""
    assert expecting(**expected) == ()


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ({"output": {"id": "ch_2", "ship": {"parcels": [1, 3, 4]}}}, [
            'output.id: expected "ch_2", got "ch_1"',
            "output.ship.parcels[1]: expected 3, got 2",
            "output.ship.parcels[2]: expected 4, got nothing",
        ]),
        ({"output": {"ship": {"parcels": [True, 2]}}}, [
            "output.ship.parcels[0]: expected true, got 1", 'output.id: expected nothing, got "ch_1"',
        ]),
        ({"output": "ch_1"}, [f'output: expected "ch_1", got {json.dumps(OUTPUT)}']),
        ({"skipped": [], "fallbacks": ["ship"]}, [
            'skipped[0]: expected nothing, got "big"', 'fallbacks[0]: expected "ship", got nothing',
        ]),
        ({"metrics": {"total": 13, "other": 1}}, [
            "metrics.total: expected 13, got 12", "metrics.other: expected 1, got nothing",
        ]),
        ({"took": "6d"}, ["took: expected 6d, got 7 days, 0:00:00"]),
        ({"calls": ["ship"]}, ['calls: expected ["ship"], got ["charge", "ship"]']),
        ({"calls": [{"function": "charge", "input": {"amount": 13}}, "ship"]}, [
            "calls[0].input.amount: expected 13, got 12",
        ]),
        ({"error": "no funds", "skipped": []}, [
            f'error: expected {{"message": "no funds"}}, and the run completed with {json.dumps(OUTPUT)}',
        ]),
    ],
)  # fmt: skip
def test_what_differs(expected: dict[str, Any], told: list[str]) -> None:
    """Each difference is a line that names its place, what was expected and what came."""
    assert list(expecting(**expected)) == told


def test_a_run_that_should_complete() -> None:
    """A run that fails unexpectedly is told with its step, and nothing that follows from it."""
    failing = {**SMALL, "fixtures": {"functions": {}}, "expect": {"output": 1, "skipped": ["big"]}}
    assert tried(failing).differences == (
        "the run failed in step 'charge': NotFoundError: the fixtures have no function 'charge': say what it gives",
    )


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ("closed", []),
        ({"type": "Closed", "step": "ship:fallback"}, []),
        ({"type": "NoTruck", "message": "no truck"}, [
            'error.type: expected "NoTruck", got "Closed"',
            'error.message: expected a text with "no truck", got "the shop is closed"',
        ]),
    ],
)  # fmt: skip
def test_an_expected_error(expected: Any, told: list[str]) -> None:
    """An error may be expected by a part of its message, its type and its step; the rest is compared as well."""
    case = {"name": "no shop", "like": SMALL["name"], "fixtures": NO_TRUCK}
    done = tried(SMALL, {**case, "expect": {"error": expected, "fallbacks": ["ship"], "undone": ["charge"]}})
    assert list(done.differences) == told


def test_like_another() -> None:
    """A test that is like another has its input and fixtures, but for what it says itself."""
    shop = {"functions": {**NO_TRUCK["functions"], "pickup": {"returns": "shop"}}}
    first = {"name": "by hand", "like": SMALL["name"], "fixtures": shop}
    second = {"name": "and large", "like": "by hand", "input": {"amount": 200}, "expect": {"skipped": []}}
    approved = {**second, "fixtures": {"approvals": {"big": {"approved": True}}}}
    assert tried(SMALL, first).passed
    assert tried(SMALL, first, second).differences == (
        "the run failed: WaitTimeoutError: the run waits for ever for approval 'big': say in the fixtures what comes",
    )
    assert tried(
        SMALL, first, {**approved, "expect": {"fallbacks": ["ship"], "output": {"id": "ch_1", "ship": "shop"}}}
    ).passed


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ({"like": "nobody"}, "it is like 'nobody', and no test before it has that name"),
        ({"like": "itself"}, "it is like 'itself', and no test before it has that name"),
        ({"fixtures": {"functions": {"charge": 5}}}, "the fixture of 'charge' is 5: write {returns: value}"),
    ],
)
def test_what_cannot_be_run(case: dict[str, Any], told: str) -> None:
    """A test whose beginning cannot be meant fails with what to write."""
    (difference,) = tried({"name": "itself", **case}).differences
    assert difference.startswith(told)


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ({}, "a test needs 'name': what it claims, in a few words"),
        ({"name": 5}, "this is 5, not text"),
        ({"name": "x", "expects": {}}, "a test has no 'expects' @ $.tests[0].expects (did you mean 'expect'?)"),
        ({"name": "x", "functions": {}}, "a test has no 'functions' @ $.tests[0].functions (it stands in fixtures)"),
        ({"name": "x", "output": 1}, "(it stands in expect)"),
        ({"name": "x", "fixtures": {"function": {}}}, "(did you mean 'functions'?)"),
        ({"name": "x", "expect": {"result": 1}}, "(did you mean 'output'?)"),
        ({"name": "x", "expect": {"took": 5}}, "5 says no unit of time @ $.tests[0].expect.took"),
        ({"name": "x", "expect": {"calls": [{"step": "a"}]}}, "an expected call needs 'function'"),
        ({"name": "x", "expect": {"skipped": "big"}}, "not a list of steps' ids"),
    ],
)
def test_what_is_no_test(case: dict[str, Any], told: str) -> None:
    """A test that is written wrong is a fault of its definition, with its place."""
    with pytest.raises(DefinitionError) as refused:
        load_definition({**FLOW, "tests": [case]})
    assert told in str(refused.value)


def _simulate(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return completed([*DOSDK, "simulate", path.name, *arguments], cwd=path.parent)


def test_the_command(tmp_path: Path) -> None:
    """``dosdk simulate --tests`` tells each test, what differs in it and how many passed; its status is 1 if any failed."""
    path = tmp_path / "flow.json"
    failing = {"name": "a wrong one", "like": SMALL["name"], "expect": {"skipped": []}}
    path.write_text(json.dumps({**FLOW, "tests": [SMALL, failing]}))
    shown, told = _simulate(path, "--tests"), _simulate(path, "--tests", "--json")
    assert (shown.returncode, shown.stderr, shown.stdout.splitlines()) == (
        1,
        "",
        ["✓ a small one", "✗ a wrong one", '    skipped[0]: expected nothing, got "big"', "1 of 2 passed"],
    )
    assert (told.returncode, json.loads(told.stdout)) == (
        1,
        {
            "tests": [
                {"name": "a small one", "passed": True, "differences": []},
                {"name": "a wrong one", "passed": False, "differences": ['skipped[0]: expected nothing, got "big"']},
            ]
        },
    )


def test_the_command_without_tests(tmp_path: Path) -> None:
    """A definition that has no tests, and an input beside --tests, are one line each that says what to do."""
    path = tmp_path / "flow.json"
    path.write_text(json.dumps(FLOW))
    bare, both = _simulate(path, "--tests"), _simulate(path, "--tests", "--input", "{}")
    assert (bare.returncode, bare.stderr) == (
        1,
        "dosdk: error: flow.json has no tests: write some, as in tests: [{name: …, input: …, expect: {…}}]\n",
    )
    assert (both.returncode, "each test says its own input and fixtures" in both.stderr) == (2, True)
