"""A step that was held and skipped, or held when its run ended: what is known of its effect says whether it is undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from dosdk_temporal import Execution, NotFoundError, Retry, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo

Serve = Callable[..., Any]
Call = tuple[str, str]
"""What calls the action that is held, and what becomes of its only attempt."""

CALLS: list[Call] = list(product(("handler", "service", "definition", "keyed"), ("refuses", "hangs")))

UNDONE = sorted((what, "unknown", None) for what, how in CALLS if how == "hangs")
"""What is undone: of each that hung, once, told that nobody knows whether it happened; of those that refused nothing."""


class Held:
    """An action that refuses or hangs, and is held; and all that may call it before another action fails."""

    def __init__(self, do: TestDo) -> None:
        self._do = do
        self.undone: list[tuple[str, str, Any]] = []
        self._key = str(uuid4())
        held = Retry(1, on_exhausted="hold")
        do.action.create(name="pay", handler=self._pay, compensate=self._refund, retry=held, timeout="200ms")
        do.action.create(name="return", handler=self._refund)
        do.action.create(name="ship", handler=self._ship, retry=1)
        do.workflow.create(name="handler", handler=self._handler)
        do.workflow.create(name="keyed", handler=self._keyed)
        pay = {"id": "pay", "function": "pay", "input": {"what": "{{ input.what }}", "how": "{{ input.how }}"}}
        ship = {"id": "ship", "function": "ship"}
        do.service.create(name="service", steps=[pay, ship])
        own = {"errorHandling": {"strategy": "compensate"}, "steps": [{**pay, "compensation": "return"}, ship]}
        do.workflows.create({"name": "definition", **own})

    async def begin(self, call: Call) -> tuple[Execution, Execution]:
        """Start one, and give it and the run in which its step is held, once it is."""
        what, how = call
        execution = await self._do.workflows.start(what, {"what": what, "how": how})
        holder = self._do.workflows.get(f"pay/{self._key}-{how}") if what == "keyed" else execution
        while not await _is_held(holder):  # noqa: ASYNC110 - a worker makes it so
            await asyncio.sleep(0.02)
        return execution, holder

    async def _pay(self, what: str, how: str) -> str:
        if how == "refuses":
            raise ValueError("declined")
        await asyncio.Event().wait()
        return what

    async def _refund(self, input: Mapping[str, Any], outcome: str, output: Any) -> None:  # noqa: A002 - what is told
        self.undone.append((input["what"], outcome, output))

    async def _ship(self) -> None:
        raise ValueError("sold out")

    async def _handler(self, trigger: Trigger) -> None:
        await self._do.action.run("pay", trigger.payload)
        await self._do.action.run("ship")

    async def _keyed(self, trigger: Trigger) -> None:
        key = f"{self._key}-{trigger.payload['how']}"
        await self._do.action.run("pay", trigger.payload, idempotency_key=key)
        await self._do.action.run("ship")


@pytest.fixture
def held(do: TestDo) -> Held:
    """The action, and what calls it."""
    return Held(do)


async def test_a_skip_changes_nothing_of_what_is_known(do: TestDo, serve: Serve, held: Held) -> None:
    """Once the run fails, a skipped step that refused is not undone, one that hung is: status, audit and explain say so."""
    async with serve():
        begun = [await held.begin(call) for call in CALLS]
        for _, holder in begun:
            await holder.resolve("pay", "skip", value="by hand", by="ann")
        states = []
        for execution, _ in begun:
            with pytest.raises(WorkflowError, match="sold out"):
                await execution.result()
            status = await execution.status(include_audit_trail=True)
            events = [entry.event for entry in status.audit_trail or () if entry.step == "pay"]
            states.append((status.steps[0].state == "compensated", "step_compensated" in events))
            told = await execution.explain()
            assert any("What was undone: 'pay'" in sentence for sentence in told.sentences) == states[-1][0]
    assert sorted(held.undone) == UNDONE
    assert states == [(how == "hangs",) * 2 for _, how in CALLS]


async def test_a_run_that_is_cancelled_while_it_holds(do: TestDo, serve: Serve, held: Held) -> None:
    """What refused is not undone, what hung is; the trail says how the wait for a person ended."""
    async with serve():
        begun = [await held.begin(call) for call in CALLS]
        for _, holder in begun:
            await holder.cancel()
        for execution, holder in begun:
            with pytest.raises(WorkflowError):
                await execution.result()
            status = await holder.status(include_audit_trail=True)
            waits = [entry for entry in status.audit_trail or () if entry.event in {"wait_started", "decision"}]
            assert [(entry.event, entry.step, entry.actor) for entry in waits] == [
                ("wait_started", "pay", None),
                ("decision", "pay", None),
            ]
            assert waits[-1].detail == "abandoned; the run stopped waiting, and nobody decided"
    assert sorted(held.undone) == UNDONE


async def _is_held(execution: Execution) -> bool:
    try:
        return (await execution.status()).state == "held"
    except NotFoundError:  # it is yet to be started
        return False
