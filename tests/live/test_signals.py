"""Signals of a team's own: kept from the run's start, read in order, from clients and from other workflows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from dosdk_temporal import (
    ActionNestingError,
    DefinitionError,
    Execution,
    InputError,
    NotFoundError,
    PayloadTooLargeError,
    Trigger,
)
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import send

Serve = Callable[..., Any]


@pytest.fixture
def collects(do: TestDo) -> None:
    """A workflow that gives the first so many notes that it is sent."""

    @do.workflow.create(name="collects")
    async def collects(trigger: Trigger) -> Any:
        notes = do.signals("note")
        return [await anext(notes) for _ in range(trigger.payload["count"])]


@dataclass
class Note:
    """What somebody sends."""

    text: str


async def test_signals_wait_for_their_reader(do: TestDo, serve: Serve, collects: None) -> None:
    """What is sent before a worker has the run, and while it runs, is read in order, in plain JSON."""
    execution = await do.workflows.start("collects", {"count": 6})
    for payload in (1, {"a": [None]}, Note("hello")):
        await execution.signal("note", payload)
    async with serve():
        for more in ("text", None):
            await execution.signal("note", more)
        await execution.signal("note")
        assert await execution.result() == [1, {"a": [None]}, {"text": "hello"}, "text", None, None]


async def test_names_do_not_mix(do: TestDo, serve: Serve) -> None:
    """Each name has its own order; two streams of a name share what comes; what nobody reads harms nothing."""

    @do.workflow.create(name="reads")
    async def reads(trigger: Trigger) -> Any:
        await anext(do.signals("go"))
        first, second = do.signals("a"), do.signals("a")
        return [await anext(do.signals("b")), await anext(first), await anext(second), await anext(do.signals("a"))]

    async with serve():
        execution = await do.workflows.start("reads")
        for name, payload in (("a", 1), ("c", 0), ("b", 2), ("a", 3), ("a", 4), ("go", 5)):
            await execution.signal(name, payload)
        assert await execution.result() == [2, 1, 3, 4]


async def test_an_endless_reader(do: TestDo, serve: Serve) -> None:
    """A handler loops over what comes beside its work, and asyncio.timeout ends a wait for more."""

    @do.workflow.create(name="listens")
    async def listens(trigger: Trigger) -> Any:
        heard = []
        try:
            async with asyncio.timeout(60):
                async for note in do.signals("note"):
                    heard.append(note)
                    if note == "quiet":
                        break
            async with asyncio.timeout(0.1):
                await anext(do.signals("note"))
        except TimeoutError:
            heard.append("timeout")
        return heard

    async with serve():
        execution = await do.workflows.start("listens")
        for number in range(20):
            await execution.signal("note", number)
        await execution.signal("note", "quiet")
        assert await execution.result() == [*range(20), "quiet", "timeout"]


async def test_many_at_once(do: TestDo, serve: Serve, collects: None) -> None:
    """Two hundred that are sent at once are all read, each once."""
    async with serve():
        execution = await do.workflows.start("collects", {"count": 200})
        await asyncio.gather(*(execution.signal("note", number) for number in range(200)))
        assert sorted(await execution.result()) == list(range(200))


async def test_a_workflow_signals_another(do: TestDo, serve: Serve, collects: None) -> None:
    """A run sends another what it was sent, by its id, and one it started itself; an unknown run is a NotFoundError."""

    @do.workflow.create(name="passes-on")
    async def passes_on(trigger: Trigger) -> Any:
        await do.workflows.get(trigger.payload["to"]).signal("note", {"from": "a workflow"})
        child: Any = await do.workflows.start("collects", {"count": 2})
        await do.workflows.get(child.id).signal("note", "by its id")
        await child.signal("note", "for the child")
        try:
            await do.workflows.get("nobody").signal("note")
        except NotFoundError as error:
            return [await child.result(), type(error).__name__]

    async with serve():
        execution = await do.workflows.start("collects", {"count": 1})
        assert await do.workflows.execute("passes-on", {"to": execution.id}) == [
            ["by its id", "for the child"],
            "NotFoundError",
        ]
        assert await execution.result() == [{"from": "a workflow"}]


async def test_a_workflow_decides_what_its_child_asks(do: TestDo, serve: Serve) -> None:
    """A child's approval is given by the run that started it, and rejected likewise."""

    @do.workflow.create(name="asks")
    async def asks(trigger: Trigger) -> list[Any]:
        decision = await do.wait_for_approval("manager", approvers=["the parent"])
        return [decision.approved, decision.by, decision.comment]

    @do.workflow.create(name="answers")
    async def answers(trigger: Trigger) -> Any:
        first: Any = await do.workflows.start("asks")
        second: Any = await do.workflows.start("asks")
        states = [(await first.approve("manager", by="the parent", comment="go")).state]
        states.append((await second.reject("manager", by="the parent")).state)
        return [states, await first.result(), await second.result()]

    async with serve():
        assert await do.workflows.execute("answers") == [
            ["sent", "sent"],
            [True, "the parent", "go"],
            [False, "the parent", ""],
        ]


async def test_no_run_no_signal(do: TestDo, serve: Serve, collects: None) -> None:
    """An unknown run, and one that has ended, are a NotFoundError."""
    with pytest.raises(NotFoundError, match="nobody"):
        await do.workflows.get("nobody").signal("note")
    async with serve():
        execution = await do.workflows.start("collects", {"count": 0})
        await execution.result()
        with pytest.raises(NotFoundError, match="has ended: there is nothing to signal"):
            await execution.signal("note")


async def test_actions_send_none(do: TestDo, serve: Serve, collects: None) -> None:
    """In an action signalling is refused, and so is reading; outside there is nothing to read."""

    @do.action.create(name="sends")
    async def sends(run: str) -> None:
        await do.workflows.get(run).signal("note", 1)

    @do.action.create(name="reads")
    async def reads() -> None:
        await anext(do.signals("note"))

    async with serve():
        execution = await do.workflows.start("collects", {"count": 1})
        with pytest.raises(ActionNestingError, match="action 'sends'"):
            await do.action.run("sends", {"run": execution.id})
        with pytest.raises(ActionNestingError, match="action 'reads' tried to read signals"):
            await do.action.run("reads")
        await execution.signal("note", "from outside")
        assert await execution.result() == ["from outside"]
    with pytest.raises(DefinitionError, match="only a workflow's handler can read signals"):
        do.signals("note")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("approve", "is a decision: send it with approve"),
        ("reject", "is a decision: send it with approve"),
        ("dosdk.event", "begins like the engine's own"),
        ("__temporal_x", "begins like the engine's own"),
        ("", "must be text of 1 to 200 characters"),
        (7, "must be text of 1 to 200 characters"),
        ("n" * 201, "at most 200 are allowed"),
        ("note\n", "characters that cannot be printed"),
    ],
)
async def test_a_name_that_none_can_have(do: TestDo, name: Any, message: str) -> None:
    """The SDK's own and Temporal's names, and what is no name, are refused before anything is sent."""
    with pytest.raises(InputError, match=message):
        await do.workflows.get("any").signal(name)


@pytest.mark.parametrize(
    ("payload", "error"), [(object(), InputError), (float("nan"), InputError), ("x" * 2_200_000, PayloadTooLargeError)]
)
async def test_a_payload_that_cannot_travel(do: TestDo, payload: Any, error: type[Exception]) -> None:
    """What JSON cannot say, and what Temporal does not carry, is refused before anything is sent."""
    with pytest.raises(error):
        await do.workflows.get("any").signal("note", payload)


async def test_what_others_send(do: TestDo, serve: Serve, collects: None, caplog: pytest.LogCaptureFixture) -> None:
    """Another client's signal is read alike; one that is no JSON is dropped and said so; the run is unaffected."""
    async with serve():
        execution: Execution = await do.workflows.start("collects", {"count": 3})
        await send(do, execution, "note")
        for data, encoding in (
            (b"\x00", b"binary/plain"),
            (b"{", b"json/plain"),
            (b"[" * 5_000, b"json/plain"),
            (b"", b""),
        ):
            await send(do, execution, "note", RawValue(Payload(metadata={"encoding": encoding}, data=data)))
        await send(do, execution, "dosdk.event", {"nonsense": True})
        await send(do, execution, "note", {"a": 1}, "more")
        await send(do, execution, "note", None)
        assert await execution.result() == [None, {"a": 1}, None]
    dropped = [record.message for record in caplog.records if "was dropped" in record.message]
    assert (len([text for text in dropped if "'note'" in text]), any("carries no event" in text for text in dropped)) == (
        4, True,
    )  # fmt: skip
