"""One key, one effect."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dosdk_temporal import ActionContext, ConflictError, InputError, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo


async def test_one_key_from_clients_and_workflows_is_one_effect(do: TestDo) -> None:
    """Ten clients and ten workflows with one key: one effect, one result, under the documented id."""
    effects = []

    @do.action.create(name="charge")
    async def charge(amount: int, context: ActionContext) -> dict[str, Any]:
        effects.append(context.idempotency_key)
        return {"receipt": len(effects), "amount": amount}

    @do.workflow.create(name="buys")
    async def buys(trigger: Trigger) -> Any:
        return await do.action.run("charge", {"amount": 5}, idempotency_key=trigger.payload["key"])

    key = str(do.uuid())
    async with do.worker():
        results = await asyncio.gather(
            *(do.action.run("charge", {"amount": 5}, idempotency_key=key) for _ in range(10)),
            *(do.workflows.execute("buys", {"key": key}) for _ in range(10)),
        )
        later = await do.action.execute(name="charge", params={"amount": 5}, idempotency_key=key)
    assert results == [{"receipt": 1, "amount": 5}] * 20
    assert (later.output, later.id, effects) == ({"receipt": 1, "amount": 5}, f"charge/{key}", [f"charge/{key}"])


async def test_a_key_with_another_input_conflicts(do: TestDo) -> None:
    """The same key with another input is refused, in client code and in a workflow."""

    @do.action.create(name="charge")
    async def charge(amount: int) -> int:
        return amount

    @do.workflow.create(name="buys")
    async def buys(trigger: Trigger) -> Any:
        return await do.action.run("charge", {"amount": 7}, idempotency_key=trigger.payload["key"])

    key = str(do.uuid())
    async with do.worker():
        assert await do.action.run("charge", {"amount": 5}, idempotency_key=key) == 5
        with pytest.raises(ConflictError, match=f"the idempotency key of 'charge/{key}' was used with another input"):
            await do.action.run("charge", {"amount": 6}, idempotency_key=key)
        with pytest.raises(WorkflowError) as refused:
            await do.workflows.execute("buys", {"key": key})
    assert isinstance(refused.value.cause, ConflictError)


async def test_a_key_whose_execution_failed_may_run_again(do: TestDo) -> None:
    """After a failure for good the same key runs anew."""
    effects = []

    @do.action.create(name="charge", retry=1)
    async def charge() -> int:
        effects.append(1)
        if len(effects) == 1:
            raise ValueError("declined")
        return len(effects)

    key = str(do.uuid())
    async with do.worker():
        with pytest.raises(ValueError, match="declined"):
            await do.action.run("charge", idempotency_key=key)
        assert await do.action.run("charge", idempotency_key=key) == 2


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "a\nb"])
async def test_what_can_be_no_key_is_refused_at_once(do: TestDo, key: str) -> None:
    """An empty, long or unprintable key is an InputError that needs no server."""
    with pytest.raises(InputError, match="idempotency_key"):
        await do.action.run("charge", idempotency_key=key)


async def test_long_names_in_any_script_run_everywhere(do: TestDo) -> None:
    """A name of 200 characters of four bytes each is an action alone, a step, a keyed run and a workflow with a description."""
    name = "🚀" * 200

    @do.action.create(name=name)
    async def launch() -> str:
        return "launched"

    @do.workflow.create(name=name, description=name)
    async def launches(_: Trigger) -> list[str]:
        return [await do.action.run(name), await do.action.run(name)]

    async with do.worker():
        assert await do.action.run(name) == "launched"
        assert await do.action.run(name, idempotency_key=str(do.uuid())) == "launched"
        assert await do.workflows.execute(name, id=str(do.uuid())) == ["launched", "launched"]
