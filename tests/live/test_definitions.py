"""Declarative workflows on the real server: each kind of step, with runs kept in memory and replayed at every task."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dosdk_temporal import InputError, OutputError, WaitTimeoutError, WorkflowError
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import waits_for

Serve = Callable[..., Any]


class OutOfStock(Exception):
    """A made-up error of a made-up shop."""


@pytest.fixture
def calls(do: TestDo) -> list[tuple[str, Any]]:
    """The effects of the functions below, in order."""
    calls: list[tuple[str, Any]] = []

    @do.action.create(name="echo")
    async def echo(value: Any = None) -> Any:
        calls.append(("echo", value))
        return value

    @do.action.create(name="failing", retry=1)
    async def failing(value: Any = None) -> None:
        calls.append(("failing", value))
        raise OutOfStock(f"{value} is sold out")

    @do.action.create(name="flaky")
    async def flaky(fails: int) -> int:
        calls.append(("flaky", fails))
        if len(calls) <= fails:
            raise OSError("not yet")
        return len(calls)

    @do.action.create(name="slow")
    async def slow(seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    @do.action.create(name="undo", retry=1)
    async def undo(input: Any, output: Any, outcome: str) -> None:  # noqa: A002 - the contract's name
        calls.append(("undo", [input, output, outcome]))

    return calls


def define(do: TestDo, steps: list[dict[str, Any]], **document: Any) -> str:
    """A workflow of these steps."""
    do.workflows.create({"name": "flow", "steps": steps, **document})
    return "flow"


ECHO_ITEM = {"id": "one", "function": "echo", "input": {"value": "{{ item * 10 }}"}}
KINDS: dict[str, tuple[list[dict[str, Any]], Any, Any]] = {
    "function": (
        [{"id": "a", "function": "echo", "input": {"value": ["{{ input.x }}", "{{ input.none }}", "n{{ input.x }}"]}}],
        {"x": 1},
        [1, None, "n1"],
    ),
    "skipped": (
        [{"id": "a", "condition": "{{ input.x > 1 }}", "function": "echo", "input": {"value": "{{ input.y.z }}"}},
         {"id": "b", "function": "echo", "input": {"value": {"ran": "{{ !!a }}", "left out": "{{ a }}"}}}],
        {"x": 1},
        {"ran": False},
    ),
    "parallel": (
        [{"id": "p", "parallel": [
            {"id": "a", "function": "echo", "input": {"value": "a"}},
            {"id": "b", "function": "echo", "condition": "false"},
            {"id": "c", "set": {"x": 1}}], "maxConcurrency": 1},
         {"id": "d", "set": {"all": "{{ p }}", "one": "{{ c.x }}"}}],
        {},
        {"all": {"a": "a", "c": {"x": 1}}, "one": 1},
    ),
    "the first of several": (
        [{"id": "p", "waitForAll": False, "parallel": [
            {"id": "late", "function": "slow", "input": {"seconds": 60}},
            {"id": "bad", "function": "failing", "input": {"value": 1}},
            {"id": "quick", "function": "echo", "input": {"value": "quick"}}]}],
        {},
        {"quick": "quick"},
    ),
    "forEach": (
        [{"id": "each", "forEach": "{{ input.items }}", "maxConcurrency": 2, "steps": [ECHO_ITEM]},
         {"id": "end", "set": {"each": "{{ each }}", "last": "{{ one }}"}}],
        {"items": [1, 2, 3]},
        {"each": [10, 20, 30], "last": 30},
    ),
    "forEach with failures": (
        [{"id": "each", "forEach": "{{ input.items }}", "as": "sku", "onError": "continue", "steps": [
            {"id": "ok", "condition": "sku !== 'b'", "function": "echo", "input": {"value": "{{ index }}{{ sku }}"}},
            {"id": "no", "condition": "sku === 'b'", "function": "failing", "input": {"value": "{{ sku }}"}}]}],
        {"items": ["a", "b"]},
        ["0a", {"error": {"type": "OutOfStock", "message": "b is sold out"}}],
    ),
    "switch": (
        [{"id": "s", "switch": [
            {"condition": "input.plan === 'pro'", "steps": [{"id": "a", "set": {"is": "pro"}}]},
            {"condition": "{{ input.plan }}", "steps": [{"id": "b", "set": {"is": "other"}}]}],
          "default": [{"id": "c", "set": {"is": "none"}}]}],
        {"plan": "starter"},
        {"is": "other"},
    ),
    "onError": (
        [{"id": "a", "function": "failing", "input": {"value": "a"}, "onError": "continue"}],
        {},
        {"error": {"type": "OutOfStock", "message": "a is sold out"}},
    ),
    "try": (
        [{"id": "t", "try": [{"id": "a", "function": "failing", "input": {"value": "a"}}],
          "catch": [{"errors": ["OSError"], "steps": [{"id": "b", "set": {"wrong": 1}}]},
                    {"errors": ["OutOfStock"], "as": "failure", "steps": [{"id": "c", "set": {"told": "{{ failure }}"}}]}],
          "finally": [{"id": "d", "function": "echo", "input": {"value": "finally"}}]}],
        {},
        {"told": {"type": "OutOfStock", "message": "a is sold out", "step": "a", "attempts": 1}},
    ),
    "repeat": (
        [{"id": "r", "repeat": {"maxIterations": 5, "until": "{{ n.v >= 3 }}", "delay": "1ms", "steps": [
            {"id": "n", "set": {"v": "{{ (n?.v ?? 0) + 1 }}"}}]}}],
        {},
        {"v": 3},
    ),
    "repeat while": (
        [{"id": "r", "repeat": {"maxIterations": 5, "while": "{{ (n?.v ?? 0) < 2 }}", "steps": [
            {"id": "n", "set": {"v": "{{ (n?.v ?? 0) + 1 }}"}}]}}],
        {},
        {"v": 2},
    ),
    "return": (
        [{"id": "each", "forEach": "{{ input.items }}", "steps": [
            {"id": "found", "condition": "item === 2", "return": {"found": "{{ index }}"}}]},
         {"id": "never", "function": "failing"}],
        {"items": [1, 2, 3]},
        {"found": 1},
    ),
    "a retry strategy": (
        [{"id": "a", "function": "flaky", "input": {"fails": 2},
          "retryPolicy": {"maxAttempts": 3, "backoff": "linear", "initialDelay": 5}}],
        {},
        3,
    ),
    "a fallback": (
        [{"id": "a", "function": "failing", "input": {"value": "a"}, "fallback": "echo"}],
        {},
        "a",
    ),
    "a fallback with an input of its own": (
        [{"id": "a", "function": "failing", "fallback": {"function": "echo", "input": {"value": "{{ error.type }}"}}}],
        {},
        "OutOfStock",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind(do: TestDo, calls: list[Any], serve: Serve, kind: str) -> None:
    """A step of each kind does what the language says, and gives what it says."""
    steps, given, output = KINDS[kind]
    define(do, steps)
    async with serve():
        assert await do.workflows.execute("flow", given) == output


async def test_waits_pass(do: TestDo, calls: list[Any], serve: Serve, time_skipper: Any) -> None:
    """A week and a date are waited for durably; a date that is past is not."""
    define(
        do,
        [
            {"id": "week", "wait": "7d"},
            {"id": "past", "wait": {"until": "2001-01-01T00:00:00Z"}},
            {"id": "date", "wait": {"until": "{{ input.when }}"}},
            {"id": "end", "set": {"ended": "{{ now >= input.when }}"}},
        ],
    )
    when = (do.now() + timedelta(days=30)).isoformat(timespec="milliseconds")
    async with serve():
        assert await do.workflows.execute("flow", {"when": when}) == {"ended": True}


async def test_an_event_is_waited_for(do: TestDo, calls: list[Any], serve: Serve) -> None:
    """The payload of the event that matches is the step's output; a wait that times out may let the run go on."""
    define(
        do,
        [
            {"id": "paid", "waitForEvent": {"event": "order.paid", "match": {"order": "{{ input.order }}"}}},
            {
                "id": "never",
                "waitForEvent": {"event": "order.returned", "timeout": "1ms"},
                "onTimeout": "continue",
            },
            {"id": "end", "set": {"paid": "{{ paid.amount }}", "returned": "{{ !!never }}"}},
        ],
    )
    async with serve():
        run = await do.workflows.start("flow", {"order": 7})
        await do.events.emit("order.paid", {"order": 6, "amount": 1})
        await do.events.emit("order.paid", {"order": 7, "amount": 2})
        assert await run.result() == {"paid": 2, "returned": False}


async def test_a_person_is_asked(do: TestDo, calls: list[Any], serve: Serve) -> None:
    """An approval waits under its step's id; the decision is the output, a refusal too, and a form is checked."""
    define(
        do,
        [
            {
                "id": "manager",
                "approval": {
                    "approvers": ["{{ input.boss }}", "{{ input.others }}"],
                    "title": "Refund {{ input.amount }}?",
                    "form": {"limit": "number"},
                },
            },
            {"id": "end", "set": {"decision": "{{ manager }}"}},
        ],
    )
    async with serve():
        run = await do.workflows.start("flow", {"boss": "ann", "others": ["bob"], "amount": 12})
        await waits_for(run, "manager")
        (wait,) = (await run.status()).waiting_for
        assert (wait.name, wait.title, wait.approvers) == ("manager", "Refund 12?", ("ann", "bob"))
        await run.approve("manager", by="bob", form={"limit": 5})
        told = (await run.result())["decision"]
        assert {**told, "at": None} == {
            "approved": True, "by": "bob", "at": None, "comment": "", "form": {"limit": 5}, "timedOut": False,
        }  # fmt: skip


async def test_nobody_decides(do: TestDo, calls: list[Any], serve: Serve) -> None:
    """A time-out of an approval fails the run, unless it says that it goes on."""
    asks = {"approval": {"approvers": "ann", "timeout": "1ms"}}
    define(do, [{"id": "a", **asks, "onTimeout": "continue"}, {"id": "b", "condition": "a.timedOut", **asks}])
    async with serve():
        with pytest.raises(WorkflowError) as failed:
            await do.workflows.execute("flow")
    assert (failed.value.step, type(failed.value.cause)) == ("b", WaitTimeoutError)


async def test_other_workflows(do: TestDo, calls: list[Any], serve: Serve) -> None:
    """A child's output is the step's; a detached one goes on by itself, and its id is."""
    do.workflows.create(
        {"name": "child", "input": {"x": "number"}, "steps": [{"id": "a", "set": {"x": "{{ input.x }}"}}]}
    )
    define(
        do,
        [
            {"id": "a", "workflow": "child", "input": {"x": 1}},
            {"id": "b", "workflow": "child", "detached": True, "input": {"x": 2}},
            {"id": "end", "set": {"a": "{{ a }}", "b": "{{ b }}"}},
        ],
    )
    async with serve():
        run = await do.workflows.start("flow")
        assert await run.result() == {"a": {"x": 1}, "b": f"{run.id}/b"}
        assert await do.workflows.get(f"{run.id}/b").result() == {"x": 2}


async def test_raise(do: TestDo, serve: Serve) -> None:
    """A raised error fails the run with its type, message and step."""
    define(do, [{"id": "stop", "raise": {"type": "OutOfStock", "message": "{{ input.sku }} is sold out"}}])
    async with serve():
        with pytest.raises(WorkflowError) as failed:
            await do.workflows.execute("flow", {"sku": "A1"})
    assert (failed.value.type, failed.value.step) == ("OutOfStock", "stop")
    assert "A1 is sold out" in str(failed.value)


async def test_what_a_run_reads(do: TestDo, serve: Serve) -> None:
    """Expressions read the input, vars, what started the run, the workflow, and earlier steps by both their names."""
    define(
        do,
        [{"id": "a", "set": {"x": 1}}],
        version="2.1",
        vars={"double": "{{ input.x * 2 }}"},
        result={
            "vars": "{{ vars.double }}",
            "trigger": "{{ trigger }}",
            "workflow": "{{ workflow }}",
            "both": ["{{ a.x }}", "{{ steps.a.x }}"],
        },
    )
    async with serve():
        run = await do.workflows.start("flow", {"x": 4})
        told = await run.result()
        assert told["trigger"].pop("time") < do.now().isoformat()
        assert told == {
            "vars": 8,
            "trigger": {"kind": "direct", "name": None, "id": run.id, "payload": {"x": 4}},
            "workflow": {"name": "flow", "version": "2.1", "id": run.id},
            "both": [1, 1],
        }


async def test_the_output(do: TestDo, calls: list[Any], serve: Serve) -> None:
    """Without templates the schema's properties are taken by name from the outputs, the latest first; they have to fit."""
    steps = [
        {"id": "a", "set": {"status": "new", "by": "a", "other": 1}},
        {"id": "b", "set": {"by": "{{ input.by }}"}},
    ]
    define(do, steps, input={"by": "any"}, output={"status": "string", "by": "string"})
    async with serve():
        assert await do.workflows.execute("flow", {"by": "b"}) == {"status": "new", "by": "b"}
        with pytest.raises(WorkflowError) as failed:
            await do.workflows.execute("flow", {"by": 3})
    assert type(failed.value.cause) is OutputError
    assert "the output of workflow 'flow' does not fit: by: must be" in str(failed.value)


async def test_the_input(do: TestDo, serve: Serve) -> None:
    """The input is checked before the run and in it, and defaults are filled in."""
    define(
        do,
        [{"id": "a", "set": {"x": "{{ input.x }}", "y": "{{ input.y }}"}}],
        input={"x": "number", "y": {"type": "string", "default": "why"}},
    )
    stranger = TestDo(do.settings.address)
    stranger._given["task_queue"] = do.settings.task_queue
    async with serve():
        assert await do.workflows.execute("flow", {"x": 1}) == {"x": 1, "y": "why"}
        for client in (do, stranger):
            with pytest.raises(InputError, match="the input of workflow 'flow' does not fit: x: is required"):
                await client.workflows.execute("flow", {})
    await stranger.close()


async def test_an_expression_that_fails(do: TestDo, serve: Serve) -> None:
    """A run-time error of an expression ends the run, caught by nothing in it, with step, field, expression and message."""
    define(
        do,
        [
            {
                "id": "t",
                "try": [{"id": "a", "onError": "continue", "set": {"deep": {"x": "{{ input.user.name.length }}"}}}],
                "catch": [{"steps": [{"id": "b", "set": {"x": 1}}]}],
            }
        ],
    )
    async with serve():
        with pytest.raises(WorkflowError) as failed:
            await do.workflows.execute("flow", {"user": {}})
    assert str(failed.value) == (
        "workflow 'flow' failed in step 'a': ExpressionError: set.deep.x of step 'a' cannot be evaluated: "
        "Cannot read properties of undefined (reading 'length'), in {{ input.user.name.length }}"
    )


async def test_what_is_done_when_it_fails(do: TestDo, calls: list[Any], serve: Serve) -> None:
    """A failed run is undone in reverse order, told of, and cleaned up after; who waits gets the error that ended it."""
    define(
        do,
        [
            {"id": "a", "function": "echo", "input": {"value": "a"}, "compensation": "undo"},
            {"id": "b", "function": "echo", "input": {"value": "b"},
             "compensation": {"function": "echo", "input": {"value": "not {{ b }}"}}},
            {"id": "c", "function": "failing", "input": {"value": "c"}, "compensation": "undo"},
        ],
        errorHandling={
            "strategy": "compensate",
            "onFailure": [{"id": "tell", "function": "echo", "input": {"value": "{{ error.step }} failed"}}],
            "finally": [{"id": "last", "function": "failing", "input": {"value": "last"}}],
        },
    )  # fmt: skip
    async with serve():
        with pytest.raises(WorkflowError, match="c is sold out"):
            await do.workflows.execute("flow")
    assert calls == [
        ("echo", "a"), ("echo", "b"), ("failing", "c"),
        ("echo", "not b"), ("undo", [{"value": "a"}, "a", "completed"]),
        ("echo", "c failed"), ("failing", "last"),
    ]  # fmt: skip


async def test_a_cancelled_run_is_undone(do: TestDo, calls: list[Any], serve: Serve) -> None:
    """Cancelling a run undoes its steps, does what is to be done in any case, and tells nobody of a failure."""
    define(
        do,
        [
            {"id": "a", "function": "echo", "input": {"value": "a"}, "compensation": "undo"},
            {"id": "wait", "wait": "30d"},
        ],
        errorHandling={
            "strategy": "compensate",
            "onFailure": [{"id": "tell", "function": "echo", "input": {"value": "failed"}}],
            "finally": [{"id": "last", "function": "echo", "input": {"value": "last"}}],
        },
    )
    async with serve():
        run = await do.workflows.start("flow")
        await waits_for(run, "sleep")
        await run.cancel()
        with pytest.raises(WorkflowError) as cancelled:
            await run.result()
    assert cancelled.value.state == "cancelled"
    assert calls == [("echo", "a"), ("undo", [{"value": "a"}, "a", "completed"]), ("echo", "last")]


async def test_a_run_that_takes_too_long(do: TestDo, calls: list[Any], serve: Serve) -> None:
    """A run that passes its own timeout is a failure, and cleans up like one."""
    define(
        do,
        [{"id": "wait", "wait": "30d"}],
        timeout="200ms",
        errorHandling={"onFailure": [{"id": "tell", "function": "echo", "input": {"value": "{{ error.message }}"}}]},
    )
    async with serve():
        with pytest.raises(WorkflowError) as late:
            await do.workflows.execute("flow")
    assert late.value.state == "timed_out"
    assert calls == [("echo", "workflow 'flow' did not complete within its timeout of 0.2 s")]


@pytest.mark.parametrize(
    ("step", "seconds"),
    [
        ({"workflow": "sleeper"}, 0.2),
        ({"parallel": [{"id": "w", "wait": "1d"}]}, 0.2),
        ({"try": [{"id": "w", "wait": "1d"}], "finally": [{"id": "x", "set": {"y": 1}}]}, 0.2),
    ],
    ids=["workflow", "parallel", "try"],
)
async def test_a_step_that_takes_too_long(do: TestDo, serve: Serve, step: dict[str, Any], seconds: float) -> None:
    """The timeout of a step that is no function is of all of it."""
    do.workflows.create({"name": "sleeper", "steps": [{"id": "w", "wait": "1d"}]})
    define(do, [{"id": "a", "timeout": f"{seconds}s", **step}])
    async with serve():
        with pytest.raises(WorkflowError, match=r"step 'a' did not complete within its timeout of 0\.2 s"):
            await do.workflows.execute("flow")


async def test_people_are_told(do: TestDo, serve: Serve) -> None:
    """Whom the definition names is told of the run's start and end."""
    told = do.mock("send-notification")
    define(
        do, [{"id": "a", "set": {"x": 1}}], notifications={"onStart": "ann", "onComplete": ["bob"], "onFailure": "eve"}
    )
    async with serve():
        await do.workflows.execute("flow")
    assert [(one["to"], one["kind"]) for one in told] == [("ann", "onStart"), ("bob", "onComplete")]
