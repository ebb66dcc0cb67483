"""What a run would do, told before it begins."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dosdk_temporal import InputError
from dosdk_temporal._pure.declarative.loading import load_definition
from dosdk_temporal._pure.expressions.partly import UNKNOWN, evaluate_partly
from dosdk_temporal._pure.expressions.program import compile_text
from dosdk_temporal._pure.interpreter.plan import PlannedStep
from dosdk_temporal._pure.interpreter.planning import plan
from dosdk_temporal.expressions import UNDEFINED
from tests.forked import DOSDK, completed

A, B, Q = {"id": "a", "function": "charge"}, {"id": "b", "set": {"x": 1}}, {"id": "q", "function": "f"}


def planned(steps: list[dict[str, Any]], given: Any = None, **document: Any) -> list[PlannedStep]:
    """The plan of these steps."""
    return plan(load_definition({"name": "flow", "steps": steps, **document}), given or {})


def told(steps: list[dict[str, Any]], given: Any = None, **document: Any) -> dict[str, str]:
    """The verdict of each step, with what it depends on."""
    return {
        step.step: step.verdict if not step.depends else f"{step.verdict} on {', '.join(step.depends)}"
        for step in planned(steps, given, **document)
    }


LOST = {"id": "x", "raise": {"type": "Lost", "message": "m"}, "condition": "true"}
LOOP = {"id": "l", "forEach": "{{ input.items }}", "steps": [A, {**B, "condition": "item > 1"}]}


@pytest.mark.parametrize(
    ("steps", "given", "verdicts"),
    [
        ([A, {**B, "condition": "a.ok"}], {}, {"a": "runs", "b": "depends on a.ok"}),
        ([{**A, "condition": "input.x"}, {**B, "condition": "!a"}], {"x": 0}, {"a": "skipped", "b": "runs"}),
        ([Q, {**A, "condition": "q.y && input.x"}], {"x": 0}, {"q": "runs", "a": "skipped"}),
        ([Q, {**A, "condition": "q.y || input.x"}], {"x": 1}, {"q": "runs", "a": "runs"}),
        ([{"id": "v", "set": {"x": "{{ input.x + 1 }}", "n": "{{ now }}"}}, {**A, "condition": "v.x > 1"},
          {**B, "condition": "v.n"}],
         {"x": 1}, {"v": "runs", "a": "runs", "b": "depends on v.n"}),
        ([{"id": "s", "switch": [{"condition": "input.x > 5", "steps": [A]}, {"condition": "input.x > 1", "steps": [B]}],
           "default": [{"id": "c", "function": "f"}]}], {"x": 2}, {"s": "runs", "a": "skipped", "b": "runs", "c": "skipped"}),
        ([Q, {"id": "s", "switch": [{"condition": "q.x", "steps": [A]}, {"condition": "true", "steps": [B]}],
              "default": [{"id": "c", "function": "f"}]}], {},
         {"q": "runs", "s": "runs", "a": "depends on q.x", "b": "depends on q.x", "c": "skipped"}),
        ([LOOP], {"items": [1, 2, 3]}, {"l": "runs", "a": "runs", "b": "runs"}),
        ([LOOP], {"items": [1]}, {"l": "runs", "a": "runs", "b": "skipped"}),
        ([LOOP], {"items": []}, {"l": "runs", "a": "skipped", "b": "skipped"}),
        ([Q, {**LOOP, "forEach": "{{ q.items }}"}], {},
         {"q": "runs", "l": "runs", "a": "depends on q.items", "b": "depends on q.items, item"}),
        ([{"id": "r", "repeat": {"steps": [A], "until": "a.done", "maxIterations": 5}}, {**B, "condition": "a.done"}], {},
         {"r": "runs", "a": "runs", "b": "depends on a.done"}),
        ([{"id": "r", "repeat": {"steps": [A], "while": "input.x", "maxIterations": 5}}], {"x": 0},
         {"r": "runs", "a": "skipped"}),
        ([{"id": "r", "repeat": {"steps": [LOST], "until": "input.x.y", "maxIterations": 1}, "onError": "continue"}, A], {},
         {"r": "runs", "x": "runs", "a": "runs"}),
        ([Q, {"id": "r", "repeat": {"steps": [{**LOST, "condition": "q.lost"}], "until": "input.x.y", "maxIterations": 1},
              "onError": "continue"}, A], {}, {"q": "runs", "r": "fails on q.lost", "a": "depends on q.lost"}),
        ([{"id": "t", "try": [A], "catch": [{"steps": [B]}], "finally": [{"id": "c", "function": "f"}]}], {},
         {"t": "runs", "a": "runs", "b": "depends on error", "c": "runs"}),
        ([{"id": "t", "try": [LOST], "catch": [{"errors": ["Lost"], "steps": [B]}]}, A], {},
         {"t": "runs", "x": "runs", "b": "depends on error", "a": "runs"}),
        ([{"id": "t", "try": [LOST], "catch": [{"errors": ["Other"], "steps": [B]}]}, A], {},
         {"t": "runs", "x": "runs", "b": "depends on error", "a": "not reached"}),
        ([{"id": "t", "try": [LOST], "catch": [{"condition": "error.attempts", "steps": [B]}]}, A], {},
         {"t": "runs", "x": "runs", "b": "depends on error, error.attempts", "a": "depends on error"}),
        ([{"id": "p", "parallel": [A, B], "waitForAll": False}], {}, {"p": "runs", "a": "depends on p", "b": "depends on p"}),
        ([{"id": "x", "return": 1, "condition": "input.x"}, A], {"x": 1}, {"x": "runs", "a": "not reached"}),
        ([Q, {"id": "x", "raise": {"type": "E", "message": "m"}, "condition": "q.bad"}, A], {},
         {"q": "runs", "x": "depends on q.bad", "a": "depends on q.bad"}),
        ([{"id": "e", "set": {"x": "{{ input.x.y.z }}"}}, A], {"x": {}}, {"e": "fails", "a": "not reached"}),
    ],
    ids=["a result", "undefined", "and behind a result", "or behind a result", "computed", "switch", "switch on a result",
         "forEach", "forEach of which one is skipped", "forEach of nothing", "forEach of a result", "until", "while",
         "until behind a raise", "until behind a raise that may be", "try",
         "a raise that is caught", "a raise that is not", "a raise that may be",
         "first of",
         "return", "raise", "an error"],
)  # fmt: skip
def test_verdicts(steps: list[dict[str, Any]], given: Any, verdicts: dict[str, str]) -> None:
    """Each step runs, is skipped, or depends on what is not known yet, which is named; nothing is guessed."""
    assert told(steps, given) == verdicts


def test_what_decides() -> None:
    """A step tells what was asked, which values were read for it, and where it stands."""
    steps = [{"id": "s", "switch": [{"condition": "{{ input.plan === 'pro' || a }}", "steps": [B]}]}]
    assert planned([{**A, "condition": "input.on"}, *steps], {"plan": "starter"}) == [
        PlannedStep("a", "calls charge", "skipped", (), ("input.on",), {"input.on": UNDEFINED}),
        PlannedStep("s", "takes the first case that holds", "runs"),
        PlannedStep(
            "b", "sets x", "skipped", ("s",), ("{{ input.plan === 'pro' || a }}",), {"input.plan": "starter", "a": UNDEFINED}
        ),
    ]  # fmt: skip


def test_notes() -> None:
    """Loops tell how often, and which steps run in some of their rounds."""
    assert [(step.step, step.note) for step in planned([LOOP], {"items": [1, 2, 3]})] == [
        ("l", "3 items"), ("a", ""), ("b", "in 2 of 3 rounds"),
    ]  # fmt: skip


def test_loops_within_loops_end() -> None:
    """A plan takes a moment, however often loops within loops would go round, and what may come in a later round is no skip."""
    step: dict[str, Any] = {"id": "a", "function": "charge", "condition": "{{ item0 === 89 || n0 > 500 }}"}
    for level in range(6):
        names = {"as": f"item{level}", "indexAs": f"n{level}"}
        step = {"id": f"l{level}", "forEach": "{{ input.items }}", "steps": [step], **names}
    assert told([step], {"items": list(range(90))})["a"] == "depends on item0, n0"
    counted = {"id": "c", "set": {"n": "{{ (c?.n ?? 0) + 1 }}"}}
    loop = {"id": "r", "repeat": {"steps": [counted, {**A, "condition": "c.n > 500"}], "maxIterations": 1000}}
    assert told([loop]) == {"r": "runs", "c": "runs", "a": "depends on c.n"}


def test_errors_and_ends() -> None:
    """What is done when the run fails depends on that; what is done in any case is done."""
    errors = {"onFailure": [{"id": "alert", "function": "f"}], "finally": [{"id": "close", "function": "g"}]}
    assert told([A], {}, errorHandling=errors) == {"a": "runs", "alert": "depends on error", "close": "runs"}


@pytest.mark.parametrize(
    ("text", "value", "truth", "depends"),
    [
        ("k.a", 1, True, ()),
        ("u.x", UNKNOWN, None, ("u.x",)),
        ("k.u", UNKNOWN, None, ("k.u",)),
        ("k", UNKNOWN, None, ("k",)),
        ("!u", UNKNOWN, None, ("u",)),
        ("u && false", UNKNOWN, False, ()),
        ("!(u && false)", True, True, ()),
        ("u || k.a", UNKNOWN, True, ()),
        ("u ?? 1", UNKNOWN, None, ("u",)),
        ("k.none ?? u", UNKNOWN, None, ("u",)),
        ("k.a ?? u", 1, True, ()),
        ("k.a ? 2 : u", 2, True, ()),
        ("u ? 1 : 2", UNKNOWN, None, ("u",)),
        ("(u || true) && k.a", 1, True, ()),
        ("[k.a, u].length", UNKNOWN, None, ("u",)),
        ("k.list[1] + 1", UNKNOWN, None, ("k.list.1",)),
        ("k.list[0] + 1", 2, True, ()),
    ],
)
def test_what_is_partly_known(text: str, value: Any, truth: bool | None, depends: tuple[str, ...]) -> None:
    """Of an expression is told what follows from the known values alone."""
    partly = evaluate_partly(compile_text(text), {"k": {"a": 1, "u": UNKNOWN, "list": [1, UNKNOWN]}, "u": UNKNOWN})
    assert (partly.value, partly.truth, partly.depends) == (value, truth, depends)


def test_an_input_that_does_not_fit() -> None:
    """The input is checked as a run's is."""
    with pytest.raises(InputError, match="the input of workflow 'flow' does not fit: x: is required"):
        planned([A], {}, input={"x": "number"})


FLOW = """
name: flow
steps:
  - {id: setup, function: setup}
  - {id: assign, function: assign, condition: "{{ input.plan === 'enterprise' }}"}
  - {id: kickoff, function: kickoff, condition: "{{ !!assign }}"}
  - {id: note, function: note, condition: "{{ setup.isNew }}"}
"""


def _plan(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "flow.yaml").write_text(FLOW)
    (folder / "input.json").write_text('{"plan": "starter"}')
    return completed([*DOSDK, "plan", *arguments], cwd=folder)


def test_what_people_see(tmp_path: Path) -> None:
    """One line a step, with the values that decide; the command needs no server."""
    done = _plan(tmp_path, "flow.yaml", "--input", "input.json")
    assert (done.stdout.splitlines(), done.stderr, done.returncode) == (
        [
            "✓ setup calls setup",
            """- assign is skipped: input.plan === 'enterprise'; input.plan = "starter\"""",
            "- kickoff is skipped: !!assign; assign = undefined",
            "? note calls note if setup.isNew; depends on setup.isNew",
            "This is so as long as no step fails.",
        ],
        "",
        0,
    )


def test_what_programs_get(tmp_path: Path) -> None:
    """With --json one document, in which a value that is undefined is left out."""
    steps = json.loads(_plan(tmp_path, "flow.yaml", "-i", '{"plan": "starter"}', "--json").stdout)["steps"]
    assert steps[2:] == [
        {"step": "kickoff", "what": "calls kickoff", "verdict": "skipped", "within": [], "conditions": ["{{ !!assign }}"],
         "values": {}, "depends": [], "note": ""},
        {"step": "note", "what": "calls note", "verdict": "depends", "within": [], "conditions": ["{{ setup.isNew }}"],
         "values": {}, "depends": ["setup.isNew"], "note": ""},
    ]  # fmt: skip


def test_with_a_module_names_are_checked(tmp_path: Path) -> None:
    """With --module a function that nobody defines is a fault, told as ``dosdk validate`` tells it."""
    (tmp_path / "shop.py").write_text(
        "import dosdk_temporal\ndosdk_temporal.action.create(name='setup', handler=lambda: 1)\n"
    )
    done = _plan(tmp_path, "flow.yaml", "--module", "shop.py")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "flow.yaml:5:28: no function is named 'assign'" in done.stderr
