"""The interpreter in memory: what each kind of step does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dosdk_temporal import (
    ActionError,
    InputError,
    NotFoundError,
    OutputError,
    WaitTimeoutError,
)
from dosdk_temporal._pure.declarative.loading import load_definition
from dosdk_temporal._pure.interpreter.memory import Simulated, simulate
from dosdk_temporal._pure.interpreter.world import World
from dosdk_temporal.expressions import ExpressionError


def fail(given: Any) -> None:
    raise ActionError(f"no {given.get('x')}", type="Refused", retryable=False)


FUNCTIONS = {"echo": lambda given: given.get("x"), "fail": fail}


def run(steps: list[dict[str, Any]], given: Any = None, world: World | None = None, **document: Any) -> Simulated:
    """A simulated run of these steps."""
    definition = load_definition({"name": "flow", "steps": steps, **document})
    return simulate(definition, given, world or World(functions=FUNCTIONS))


def names(simulated: Simulated) -> list[str]:
    """The ids of the calls, in their order."""
    return [step for step, _, _ in simulated.calls]


def test_order_of_a_step() -> None:
    """The condition is asked before the input is resolved, and a skipped step is undefined from then on."""
    done = run([
        {"id": "a", "function": "echo", "condition": "{{ !!input.on }}", "input": {"x": "{{ input.off.deep }}"}},
        {"id": "b", "set": {"a": "{{ a }}", "ran": "{{ a !== undefined }}", "there": "{{ steps.a?.x ?? 'not' }}"}},
    ], {})  # fmt: skip
    assert (done.output, done.calls, [(note.kind, note.step, note.detail) for note in done.notes]) == (
        {"ran": False, "there": "not"}, [], [("skipped", "a", "{{ !!input.on }}")],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "took"),
    [
        ({"maxAttempts": 3, "backoff": {"initialDelay": 1000, "multiplier": 2}}, 3),
        ({"maxAttempts": 3, "backoff": {"initialDelay": "2s", "multiplier": 3, "maxDelay": "4s"}}, 6),
        ({"maxAttempts": 4, "backoff": "linear", "initialDelay": 1000}, 6),
        ({"maxAttempts": 4, "backoff": "fixed", "initialDelay": 1000}, 3),
        ({"maxAttempts": 1}, 0),
    ],
    ids=["documented", "bounded", "linear", "fixed", "once"],
)
def test_retries(policy: dict[str, Any], took: int) -> None:
    """Delays are milliseconds or text and grow as the policy says; attempts are counted in all; the action's error stands."""
    attempts: list[Any] = []

    def flaky(given: Any) -> None:
        attempts.append(given)
        raise OSError("away")

    for where in ("step", "workflow"):
        attempts.clear()
        of_step, of_all = ({"retryPolicy": policy}, {}) if where == "step" else ({}, {"retryStrategy": policy})
        done = run([{"id": "a", "function": "f", **of_step}], world=World(functions={"f": flaky}), errorHandling=of_all)
        assert isinstance(done.error, ActionError)
        assert (done.error.type, done.error.step, done.error.attempts) == ("OSError", "a", policy["maxAttempts"])
        assert (len(attempts), done.took) == (policy["maxAttempts"], timedelta(seconds=took))


@pytest.mark.parametrize(
    ("errors", "caught"),
    [
        (["Refused"], True),
        (["ActionError"], True),
        ("DoError", True),
        (["Other", "Refused"], True),
        (["OSError"], False),
    ],
)
def test_which_errors_are_caught(errors: Any, caught: bool) -> None:
    """A catch names types: an error's own, or a class that it derives from."""
    steps = [
        {
            "id": "t",
            "try": [{"id": "a", "function": "fail"}],
            "catch": [{"errors": errors, "steps": [{"id": "b", "set": {"x": 1}}]}],
        }
    ]
    done = run(steps)
    assert (done.output, done.error is None) == ({"x": 1} if caught else None, caught)


def test_finally_runs_in_any_case() -> None:
    """After success, failure and return, and its own error takes the place of the first."""
    last = {"finally": [{"id": "z", "function": "echo"}]}
    assert names(run([{"id": "t", "try": [{"id": "a", "set": {"x": 1}}], **last}])) == ["z"]
    assert names(run([{"id": "t", "try": [{"id": "a", "function": "fail"}], **last}])) == ["a", "z"]
    returned = run([{"id": "t", "try": [{"id": "a", "return": 5}], **last}, {"id": "never", "function": "echo"}])
    assert (returned.output, names(returned)) == (5, ["z"])


def test_several_at_once_wait_for_all() -> None:
    """A branch that fails lets the others end; then the first error by position is raised."""
    done = run([{"id": "p", "parallel": [
        {"id": "w", "try": [{"id": "s", "wait": "1h"}, {"id": "a", "function": "echo", "input": {"x": 1}}],
         "finally": [{"id": "y", "set": {"x": 1}}]},
        {"id": "b", "function": "fail", "input": {"x": "b"}},
        {"id": "c", "function": "fail", "input": {"x": "c"}}]}])  # fmt: skip
    assert (str(done.error), sorted(names(done)), done.took) == ("no b", ["a", "b", "c"], timedelta(hours=1))


def test_the_first_one_wins() -> None:
    """The first that completes wins, and the others are cancelled; where none completes, the first error is raised."""
    done = run([{"id": "p", "waitForAll": False, "parallel": [
        {"id": "slow", "try": [{"id": "s", "wait": "2h"}], "finally": [{"id": "y", "function": "echo"}]},
        {"id": "bad", "function": "fail"},
        {"id": "skipped", "condition": "false", "function": "echo"},
        {"id": "quick", "repeat": {"maxIterations": 2, "delay": "1h", "steps": [{"id": "q", "set": {"x": 1}}]}}]}])  # fmt: skip
    assert (done.output, names(done), done.took) == ({"quick": {"x": 1}}, ["bad", "y"], timedelta(hours=1))
    none = run(
        [
            {
                "id": "p",
                "waitForAll": False,
                "parallel": [{"id": "a", "function": "fail"}, {"id": "b", "function": "fail"}],
            }
        ]
    )
    assert (none.error and none.error.step) == "a"


def test_a_return_ends_what_runs_beside_it() -> None:
    """A return within a branch cancels the others and is the output."""
    done = run([{"id": "p", "parallel": [
        {"id": "slow", "repeat": {"maxIterations": 2, "delay": "9d", "steps": [{"id": "q", "set": {"x": 1}}]}},
        {"id": "soon", "return": {"early": True}}]}])  # fmt: skip
    assert (done.output, done.took) == ({"early": True}, timedelta(0))


def test_items_of_a_loop_are_apart() -> None:
    """Each item sees its own steps alone; afterwards those of the last item are seen. At most ``maxConcurrency`` at once."""
    steps: list[dict[str, Any]] = [
        {"id": "each", "forEach": "{{ input.items }}", "maxConcurrency": 2, "steps": [
            {"id": "a", "condition": "item > 1", "set": {"v": "{{ item }}"}},
            {"id": "b", "function": "echo", "input": {"x": "{{ [index, a?.v ?? 0] }}"}}]},
        {"id": "end", "set": {"each": "{{ each }}", "a": "{{ a?.v }}", "b": "{{ b }}"}}]  # fmt: skip
    assert run(steps, {"items": [3, 1, 2]}).output == {"each": [[0, 3], [1, 0], [2, 2]], "a": 2, "b": [2, 2]}
    assert run(steps, {"items": []}).output == {"each": []}
    wrong = run(steps, {"items": "abc"})
    assert str(wrong.error) == (
        "forEach of step 'each' cannot be evaluated: it is of type string, and forEach takes a list, in {{ input.items }}"
    )


@pytest.mark.parametrize("long_after", [1, 2, 3, 7])
def test_long_loops_give_the_same(long_after: int) -> None:
    """Wherever a record is found long, the loop's results are those of a single run; so are its failures and returns."""
    steps: list[dict[str, Any]] = [
        {"id": "before", "function": "echo", "input": {"x": 5}},
        {"id": "each", "forEach": "{{ input.items }}", "maxConcurrency": 2, "onError": "continue", "steps": [
            {"id": "deep", "forEach": "{{ [1, 2] }}", "as": "inner", "indexAs": "place", "steps": [
                {"id": "a", "function": "echo", "input": {"x": "{{ before + item * inner }}"}}]},
            {"id": "odd", "condition": "item === 3", "function": "fail", "input": {"x": "{{ item }}"}},
            {"id": "sum", "set": {"all": "{{ deep }}", "at": "{{ index }}"}}]},
        {"id": "count", "repeat": {"maxIterations": 9, "while": "{{ (n?.v ?? 0) < 6 }}", "steps": [
            {"id": "n", "function": "echo", "input": {"x": {"v": "{{ (n?.v ?? 0) + 1 }}"}}}]}}]  # fmt: skip
    given = {"items": [1, 2, 3, 4, 5]}
    result = {"each": "{{ each }}", "count": "{{ count }}", "last": "{{ sum }}", "a": "{{ a }}"}
    alone = run(steps, given, result=result)
    long = run(steps, given, World(functions=FUNCTIONS, long_after=long_after), result=result)
    assert (long.output, long.error, sorted(map(str, long.calls))) == (
        alone.output,
        None,
        sorted(map(str, alone.calls)),
    )
    assert alone.output["each"][2] == {"error": {"type": "Refused", "message": "no 3"}}
    returning = [{"id": "each", "forEach": "{{ input.items }}", "steps": [
        {"id": "a", "function": "echo"}, {"id": "r", "condition": "item === 4", "return": "{{ index }}"}]}]  # fmt: skip
    assert run(returning, given, World(functions=FUNCTIONS, long_after=long_after)).output == 3


def test_events_and_approvals() -> None:
    """They come from the world; a time-out fails the run or lets it go on."""
    world = World(events={"paid": [{"amount": 3}]}, approvals={"boss": {"approved": True, "by": "ann"}})
    done = run([
        {"id": "paid", "waitForEvent": {"event": "paid"}},
        {"id": "again", "waitForEvent": {"event": "paid", "timeout": "2d"}, "onTimeout": "continue"},
        {"id": "boss", "approval": {"title": "{{ paid.amount }}?"}},
        {"id": "end", "set": {"paid": "{{ paid.amount }}", "again": "{{ !!again }}", "by": "{{ boss.by }}"}},
    ], world=world)  # fmt: skip
    assert (done.output, done.took) == ({"paid": 3, "again": False, "by": "ann"}, timedelta(days=2))
    late = run([{"id": "boss", "approval": {"timeout": "1d"}}])
    assert (type(late.error), str(late.error)) == (WaitTimeoutError, "nobody decided 'boss' in time")
    never = run([{"id": "boss", "approval": {}}])
    assert str(never.error) == "the run waits for ever for approval 'boss': say in the fixtures what comes"


@pytest.mark.parametrize(
    ("document", "given", "output"),
    [
        ({"result": {"x": "{{ a.x }}", "none": "{{ a.none }}"}}, {}, {"x": 1}),
        ({"result": "{{ a.x }}"}, {}, 1),
        ({"output": {"x": "{{ b.y }}"}}, {}, {"x": 2}),
        ({"output": {"x": "number", "y": "number"}}, {}, {"x": 1, "y": 2}),
        ({"output": {"y": "number", "z": {"type": "number", "default": 7}}}, {}, {"y": 2, "z": 7}),
        ({}, {}, {"y": 2}),
    ],
    ids=["result", "a single value", "output", "by name", "with a default", "the last step's"],
)
def test_the_output(document: dict[str, Any], given: Any, output: Any) -> None:
    """The output is of ``result``, else of ``output``, else by name from the steps, else the last executed step's."""
    steps = [
        {"id": "a", "set": {"x": 1, "y": 1}},
        {"id": "b", "set": {"y": 2}},
        {"id": "c", "condition": "false", "set": {"x": 3}},
    ]
    assert run(steps, given, **document).output == output


def test_an_output_that_does_not_fit() -> None:
    """It fails the run, which is cleaned up after as after any failure."""
    done = run(
        [{"id": "a", "function": "echo", "input": {"x": {"n": "text"}}, "compensation": "echo"}],
        output={"n": "number"},
        errorHandling={"strategy": "compensate"},
    )
    assert (type(done.error), names(done)) == (OutputError, ["a", "a:compensate"])
    assert str(done.error) == "the output of workflow 'flow' does not fit: n: must be a number, not 'text'"


def test_the_input() -> None:
    """It is checked first, and its defaults are filled in."""
    steps = [{"id": "a", "set": {"x": "{{ input.x }}"}}]
    schema = {"x": {"type": "number", "default": 4}}
    assert run(steps, {}, input=schema).output == {"x": 4}
    assert type(run(steps, {"x": "y"}, input=schema).error) is InputError


def test_metrics() -> None:
    """Figures with a value are computed at the end."""
    metrics = [{"name": "total", "value": "{{ a.x * 2 }}"}, {"name": "declared"}]
    assert run([{"id": "a", "set": {"x": 4}}], metrics=metrics).metrics == {"total": 8}


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"condition": "input.a.b", "set": {"x": 1}}, "condition of step 's'"),
        ({"function": "echo", "input": {"l": ["{{ input.a.b }}"]}}, "input.l[0] of step 's'"),
        ({"switch": [{"condition": "input.a.b", "steps": [{"id": "i", "set": {"x": 1}}]}]}, "switch[0].condition of step 's'"),
        ({"forEach": "{{ input.a.b }}", "steps": [{"id": "i", "set": {"x": 1}}]}, "forEach of step 's'"),
        ({"wait": {"until": "{{ input.a.b }}"}}, "wait.until of step 's'"),
        ({"waitForEvent": {"event": "e", "match": {"k": "{{ input.a.b }}"}}}, "waitForEvent.match.k of step 's'"),
        ({"approval": {"title": "{{ input.a.b }}"}}, "approval.title of step 's'"),
        ({"set": {"x": "{{ input.a.b }}"}}, "set.x of step 's'"),
        ({"repeat": {"maxIterations": 1, "until": "input.a.b", "steps": [{"id": "i", "set": {"x": 1}}]}},
         "repeat.until of step 's'"),
        ({"raise": {"message": "{{ input.a.b }}"}}, "raise.message of step 's'"),
        ({"return": "{{ input.a.b }}"}, "return of step 's'"),
        ({"function": "fail", "fallback": {"function": "echo", "input": {"y": "{{ input.a.b }}"}}},
         "fallback.input.y of step 's'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_an_expression_that_fails(step: dict[str, Any], message: str) -> None:
    """It ends the run naming step, field and expression with JavaScript's message, and nothing in the definition catches it."""
    inner = {"id": "s", **step, **({} if "raise" in step or "return" in step else {"onError": "continue"})}
    steps = [{"id": "t", "try": [inner], "catch": [{"steps": [{"id": "c", "set": {"x": 1}}]}]}]
    done = run(steps, {})
    assert isinstance(done.error, ExpressionError)
    shown = "{{ input.a.b }}" if "{{" in str(done.error) else "input.a.b"
    told = f"{message} cannot be evaluated: Cannot read properties of undefined (reading 'b'), in {shown}"
    assert (str(done.error), done.error.step, done.error.expression) == (told, "s", shown)


def test_a_time_that_is_none() -> None:
    """What is no time is told with an example."""
    done = run([{"id": "w", "wait": {"until": "{{ input.when }}"}}], {"when": "soon"})
    assert str(done.error) == (
        "wait.until of step 'w' cannot be evaluated: "
        '"soon" is no time: write one like 2027-01-31T09:00:00Z, in {{ input.when }}'
    )


def test_compensation() -> None:
    """Steps are undone in reverse order, those of unknown outcome too; one that cannot be undone stops none of the others."""
    world = World(functions={**FUNCTIONS, "hang": lambda given: _forever()})
    done = run([
        {"id": "a", "function": "echo", "input": {"x": "a"}, "compensation": "echo"},
        {"id": "b", "function": "echo", "input": {"x": "b"}, "compensation": "fail"},
        {"id": "c", "function": "fail", "onError": "continue", "compensation": "echo"},
        {"id": "d", "function": "hang", "timeout": "1s", "retryPolicy": {"maxAttempts": 1}, "compensation": "echo"},
    ], world=world, errorHandling={"strategy": "compensate"})  # fmt: skip
    assert done.calls[4:] == [
        ("d:compensate", "echo", {"input": {}, "output": None, "outcome": "unknown"}),
        ("b:compensate", "fail", {"input": {"x": "b"}, "output": "b", "outcome": "completed"}),
        ("a:compensate", "echo", {"input": {"x": "a"}, "output": "a", "outcome": "completed"}),
    ]
    kinds = [(note.kind, note.step) for note in done.notes]
    assert kinds == [("went_on", "c"), ("compensated", "d"), ("compensation_failed", "b"), ("compensated", "a")]


async def _forever() -> None:
    import asyncio

    await asyncio.get_running_loop().create_future()


def test_a_fixture_that_is_missing() -> None:
    """A function that the world has not fails the run with its name."""
    done = run([{"id": "a", "function": "nope"}])
    assert (type(done.error), str(done.error)) == (
        NotFoundError,
        "the fixtures have no function 'nope': say what it gives",
    )
