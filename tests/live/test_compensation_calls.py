"""Compensation: what may undo a call, and what kinds of calls and runs are undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import ActionError, DefinitionError, Do, Registry, Retry, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo
from tests.live.ledger import Ledger, undone
from tests.live.waiting_facts import waits_for

Serve = Callable[..., Any]

WRITTEN: list[Any] = []


def write(input: Any, output: Any) -> None:  # noqa: A002 - what is told
    """Undo, and write so down."""
    WRITTEN.append((input, output))


@pytest.fixture
async def ledger(do: TestDo) -> Ledger:
    """What is done and undone."""
    WRITTEN.clear()
    return Ledger(do)


async def test_what_a_call_says(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """A call may say what undoes it, over the action's own word: an action, its name, or a function."""

    @do.action.create(name="note")
    def note(output: str, outcome: str) -> None:
        ledger.lines.append(("note", output, outcome))

    @do.workflow.create(name="trip")
    async def trip(_: Trigger) -> None:
        await do.action.run("book", {"what": "flight"}, compensate=note)
        await do.action("book").invoke({"what": "hotel"}, compensate="note")
        await do.action.execute(name="book", params={"what": "car"}, compensate=write)
        await do.action.run("book", {"what": "lunch"})
        await do.action.run("fail")

    async with serve():
        run = await do.workflows.start("trip")
        with pytest.raises(WorkflowError, match="sold out"):
            await run.result()
        status = await run.status()
    assert ledger.lines[4:] == [*undone("lunch"), ("note", "hotel!", "completed"), ("note", "flight!", "completed")]
    assert WRITTEN == [({"what": "car"}, "car!")]
    assert [(step.id, step.kind, step.state) for step in status.steps if step.id != "fail"] == [
        *((f"book{n}", "action", "compensated") for n in ("", "#2", "#3", "#4")),
        ("book#4:compensate", "action", "completed"),
        ("book#3:compensate", "local", "completed"),
        ("book#2:compensate", "action", "completed"),
        ("book:compensate", "action", "completed"),
    ]


async def test_who_calls_by_name_alone(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """What an action's definition says holds for a caller that knows but its name, in the version that ran."""
    stranger = Do(registry=Registry())
    do.action.create(name="pay", handler=lambda: 1, compensate=lambda output: ledger.lines.append(("back", output)))
    do.action.create(
        name="pay", handler=lambda: 2, version="2", compensate=lambda output: ledger.lines.append(("void", output))
    )
    do.action.create(name="pay", handler=lambda: 3, version="3")

    @do.workflow.create(name="pays")
    async def pays(_: Trigger) -> None:
        for version in ("", "@1", "@2", "@3"):
            await stranger.action.run(f"pay{version}")
        await stranger.action.run("fail")

    async with serve():
        with pytest.raises(WorkflowError, match="sold out"):
            await do.workflows.execute("pays")
    assert ledger.lines == [("void", 2), ("back", 1)]


async def test_local_actions(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """A local action's step is undone like any other; a local action may undo one."""
    do.action.create(name="near", handler=lambda n: n, local=True, compensate="back")

    @do.action.create(name="back", local=True)
    def back(output: int) -> None:
        ledger.lines.append(output)

    @do.workflow.create(name="goes")
    async def goes(_: Trigger) -> None:
        await do.action.run("near", {"n": 1})
        await do.action.run("near", {"n": 2})
        await do.action.run("fail")

    async with serve():
        with pytest.raises(WorkflowError, match="sold out"):
            await do.workflows.execute("goes")
    assert ledger.lines == [2, 1]


async def test_a_keyed_step(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """The run that carried a key's effect out undoes it, and the next does it anew; one that found it done does not."""
    keys = {what: f"{do.settings.task_queue}-{what}" for what in ("flight", "hotel")}

    @do.workflow.create(name="trip")
    async def trip(_: Trigger) -> None:
        for what, key in keys.items():
            await do.action.run("book", {"what": what}, idempotency_key=key)
        await do.action.run("fail")

    async with serve():
        await do.action.run("book", {"what": "hotel"}, idempotency_key=keys["hotel"])
        for _ in range(2):
            with pytest.raises(WorkflowError, match="sold out"):
                await do.workflows.execute("trip")
    assert ledger.lines == [("book", "hotel"), *[("book", "flight"), *undone("flight")] * 2]


async def test_a_child_undoes_its_own(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """A child that fails is undone; what one has done that ended well stands when its parent fails."""

    @do.workflow.create(name="leg")
    async def leg(trigger: Trigger) -> None:
        await do.action.run("book", {"what": trigger.payload})
        if trigger.payload == "last":
            await do.action.run("fail")

    @do.workflow.create(name="trip")
    async def trip(_: Trigger) -> None:
        await do.action.run("book", {"what": "insurance"})
        await do.workflows.execute("leg", "first")
        await do.workflows.execute("leg", "last")

    async with serve():
        with pytest.raises(WorkflowError, match="sold out"):
            await do.workflows.execute("trip")
    assert ledger.lines[3:] == undone("last", "insurance")


@pytest.mark.parametrize("knows", ["the definition", "its name"])
async def test_an_action_called_alone(do: TestDo, ledger: Ledger, knows: str) -> None:
    """An action that is called by itself and cancelled in flight is undone, whoever calls it; one that completes is not."""
    caller = (
        do
        if knows == "the definition"
        else Do(address=do.settings.address, task_queue=do.settings.task_queue, registry=Registry())
    )
    async with do.worker():
        assert await caller.action.run("book", {"what": "hotel"}) == "hotel!"
        calling = asyncio.create_task(caller.action.run("book", {"what": "slow"}))
        await ledger.reached.wait()
        await do.workflows.get(ledger.runs[-1]).cancel()
        with pytest.raises(ActionError, match="cancelled"):
            await calling
    assert ledger.lines == [("book", "hotel"), ("book", "slow"), ("undo", "slow", None, "unknown")]


async def test_a_call_outside_says_what_undoes_it(do: TestDo, ledger: Ledger) -> None:
    """A call outside of workflows may name an action that undoes it when it is lost; a function nobody would find there."""
    do.action.create(name="hang", handler=ledger.passed, timeout="50ms", retry=1)
    do.mock("note", returns=lambda **told: ledger.lines.append(told))
    async with do.worker():
        with pytest.raises(ActionError, match="timeout"):
            await do.action.run("hang", compensate="note")
        with pytest.raises(DefinitionError, match="which no worker finds from here"):
            await do.action.run("hang", compensate=write)
    assert ledger.lines == [{"input": {}, "output": None, "outcome": "unknown"}]


async def test_a_run_that_goes_on_as_new(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """A run may go on as a new one when all that it did stands; where something may have to be undone it is refused, at once."""

    @do.workflow.create(name="loop")
    async def loop(trigger: Trigger) -> str:
        if trigger.payload["turn"] == 2:
            return "done"
        if trigger.payload["block"]:
            async with do.saga():
                await do.action.run("book", {"what": "flight"})
        else:
            await do.action.run("book", {"what": "hotel"})
            await do.continue_as_new(if_suggested=True)
        await do.continue_as_new({**trigger.payload, "turn": 2})
        return "never"

    async with serve():
        assert await do.workflows.execute("loop", {"turn": 1, "block": True}) == "done"
        with pytest.raises(WorkflowError, match="cannot go on as a new run while book may have to be undone"):
            await do.workflows.execute("loop", {"turn": 1, "block": False})
    assert ledger.lines == [("book", "flight"), ("book", "hotel"), *undone("hotel")]


@pytest.mark.parametrize(
    ("undone_by", "message"),
    [
        ("nothing", "compensate= of action 'book' is 'nothing', and no action has that name: define it in a module"),
        ("fial", "and no action has that name: did you mean 'fail'?"),
        (lambda: None, "is a function that the handler itself makes: write it outside of the handler"),
        (17, "compensate= of the call of action 'book' is 17: give an action, its name, or a function"),
        ("charge", "compensate= of action 'book' takes amount: what undoes a step takes what it names of input, output, outcome"),
    ],
)  # fmt: skip
async def test_a_call_that_nothing_would_undo(do: TestDo, ledger: Ledger, undone_by: Any, message: str) -> None:
    """A call is refused before it is made when what is to undo it is not there."""
    do.action.create(name="charge", handler=lambda amount: amount)

    @do.workflow.create(name="trip")
    async def trip(_: Trigger) -> None:
        def made_here() -> None: ...

        await do.action.run("book", {"what": "flight"}, compensate=made_here if callable(undone_by) else undone_by)

    async with do.worker():
        with pytest.raises(WorkflowError) as refused:
            await do.workflows.execute("trip")
    assert message in str(refused.value)
    assert (type(refused.value.cause), ledger.lines) == (DefinitionError, [])


async def test_a_compensation_that_a_person_sees_to(do: TestDo, ledger: Ledger) -> None:
    """What undoes a step is an action like any other: it may be held for a person, and the run's end waits for that."""

    @do.action.create(name="refund", retry=Retry(1, on_exhausted="hold"))
    async def refund(output: str) -> None:
        ledger.lines.append(output)
        if len(ledger.lines) == 1:
            raise ConnectionError("no line")

    do.action.create(name="charge", handler=lambda: "receipt", compensate=refund)

    @do.workflow.create(name="pays")
    async def pays(_: Trigger) -> None:
        await do.action.run("charge")
        await do.action.run("fail")

    async with do.worker():
        run = await do.workflows.start("pays")
        await waits_for(run, "charge:compensate")
        await run.resolve("charge:compensate", "retry", by="ann")
        with pytest.raises(WorkflowError, match="sold out"):
            await run.result()
        status = await run.status()
    assert ledger.lines == ["receipt", "receipt"]
    assert [(step.id, step.state) for step in status.steps if step.id != "fail"] == [
        ("charge", "compensated"),
        ("charge:compensate", "completed"),
    ]


async def test_a_mock_is_undone_like_what_it_stands_for(do: TestDo, ledger: Ledger) -> None:
    """What undoes an action stays when the action is mocked, and may be mocked itself."""

    @do.workflow.create(name="trip")
    async def trip(_: Trigger) -> None:
        await do.action.run("book", {"what": "flight"})
        await do.action.run("fail")

    do.mock("book", returns="ticket")
    undoing = do.mock("book:compensate")
    async with do.worker():
        with pytest.raises(WorkflowError, match="sold out"):
            await do.workflows.execute("trip")
    assert (undoing, ledger.lines) == ([{"input": {"what": "flight"}, "output": "ticket", "outcome": "completed"}], [])
