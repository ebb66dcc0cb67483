"""Many waits, many approvers and odd names: what Temporal limits, no run may fail by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import InputError, Trigger
from dosdk_temporal.testing import TestDo

Serve = Callable[..., Any]

MANY = [f"firstname.lastname{number:03}@accounting.example.com" for number in range(100)]


async def _listed(do: TestDo, workflow: str, **wanted: Any) -> list[str]:
    while not (found := await do.approvals.list(workflow=workflow, **wanted)):
        pass  # the server's index lags
    return [entry.name for entry in found]


async def test_a_hundred_approvers(do: TestDo, serve: Serve) -> None:
    """More approvers than an index takes: each finds the approval, others do not, and it is decided."""

    @do.workflow.create(name="many-approvers")
    async def many(trigger: Trigger) -> str | None:
        return (await do.wait_for_approval("board", approvers=MANY)).by

    async with serve():
        run = await do.workflows.start("many-approvers")
        assert await _listed(do, "many-approvers", assignee=MANY[99]) == ["board"]
        assert await do.approvals.list(workflow="many-approvers", assignee="somebody.else") == []
        await run.approve(by=MANY[99])
        assert await run.result() == MANY[99]


async def test_a_hundred_waits_at_once(do: TestDo, serve: Serve) -> None:
    """A hundred approvals with long details, begun at once, are all open, each decided, and the run completes."""

    @do.workflow.create(name="many-waits")
    async def many(trigger: Trigger) -> list[bool]:
        asked = (do.wait_for_approval(f"n{number}", details="d" * 10_000) for number in range(100))
        return [decision.approved for decision in await asyncio.gather(*asked)]

    async with serve():
        run = await do.workflows.start("many-waits")
        await asyncio.gather(*(run.approve(f"n{number}", by="ann") for number in range(100)))
        assert await run.result() == [True] * 100


@pytest.mark.parametrize("person", ['say "hi"', "a'b\"c", "CORP\\ann", "Zoë*"])
async def test_any_name_finds_what_waits_for_it(do: TestDo, person: str) -> None:
    """Quotes, backslashes and stars in a name find what it may decide, and nothing else."""

    @do.workflow.create(name="odd-names")
    async def odd(trigger: Trigger) -> str | None:
        return (await do.wait_for_approval("odd", approvers=[person])).by

    async with do.worker():
        run = await do.workflows.start("odd-names")
        while person not in [who for entry in await do.approvals.list() for who in entry.approvers]:
            pass  # the server's index lags
        assert person in [who for entry in await do.approvals.list(assignee=person) for who in entry.approvers]
        await run.approve(by=person)
        assert await run.result() == person


@pytest.mark.parametrize("wanted", [{"assignee": 5}, {"workflow": ["w"]}, {"limit": 0}])
async def test_what_cannot_be_asked_of_the_inbox(do: TestDo, wanted: dict[str, Any]) -> None:
    """A filter that is no text is refused, naming it."""
    with pytest.raises(InputError, match=next(iter(wanted))):
        await do.approvals.list(**wanted)


async def test_two_readers_of_one_signal(do: TestDo, serve: Serve) -> None:
    """Each signal goes to one of two readers, and neither fails by the other."""

    @do.workflow.create(name="two-readers")
    async def two(trigger: Trigger) -> list[Any]:
        notes = (anext(do.signals("note")) for _ in range(2))
        return sorted(await asyncio.gather(*notes))

    async with serve():
        run = await do.workflows.start("two-readers")
        await run.signal("note", 1)
        await run.signal("note", 2)
        assert await run.result() == [1, 2]


async def test_a_name_that_looks_like_a_second(do: TestDo, serve: Serve) -> None:
    """A wait that is itself called ``a#2`` keeps its name over the next run of a chain."""

    @do.workflow.create(name="hash-names")
    async def names(trigger: Trigger) -> list[str]:
        if trigger.payload == "again":
            return [(await do.wait_for_approval("a")).comment]
        for name in ("a", "a#2", "a"):
            await do.wait_for_approval(name, timeout=0)
        await do.continue_as_new("again")
        return []

    async with serve():
        run = await do.workflows.start("hash-names")
        while not (waits := (await run.status()).waiting_for):
            pass
        assert [wait.name for wait in waits] == ["a#4"]
        await run.approve("a#4", comment="here")
        assert await run.result() == ["here"]
