"""One key, one effect."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import ActionContext, ConflictError, Execution, InputError, Retry, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo
from tests.live.command_line import dosdk


async def test_one_key_from_clients_and_workflows_is_one_effect(do: TestDo) -> None:
    """A hundred callers at once, clients and workflows, with one key: one effect, one result, under the documented id."""
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
            *(do.action.run("charge", {"amount": 5}, idempotency_key=key) for _ in range(90)),
            *(do.workflows.execute("buys", {"key": key}) for _ in range(10)),
        )
        later = await do.action.execute(name="charge", params={"amount": 5}, idempotency_key=key)
    assert results == [{"receipt": 1, "amount": 5}] * 100
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


async def test_a_keyed_step_is_tried_as_its_workflow_says(do: TestDo) -> None:
    """The strategy of the workflow that starts a key's run holds for it, as for any other step."""

    @do.action.create(name="fails")
    async def fails() -> None:
        raise ConnectionError("no")

    @do.workflow.create(name="buys", retry=Retry(2, "1ms"))
    async def buys(_: Trigger) -> None:
        await do.action.run("fails", idempotency_key=str(do.uuid()))

    async with do.worker():
        with pytest.raises(WorkflowError) as failed:
            await do.workflows.execute("buys")
    assert (str(failed.value.cause), getattr(failed.value.cause, "attempts", None)) == ("no", 2)


async def test_callers_that_wait_keep_no_worker_from_the_effect(do: TestDo) -> None:
    """More workflows wait for one key than a worker runs actions at once, and its action is tried again: all get the result."""
    tries: list[int] = []

    @do.action.create(name="charge", retry=Retry(2, "100ms"))
    async def charge() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise ConnectionError("busy")
        return len(tries)

    @do.workflow.create(name="buys")
    async def buys(trigger: Trigger) -> Any:
        return await do.action.run("charge", idempotency_key=trigger.payload)

    key = str(do.uuid())
    async with do.worker(max_actions=2):
        assert await asyncio.gather(*(do.workflows.execute("buys", key) for _ in range(6))) == [2] * 6


async def test_every_spelling_takes_a_key(do: TestDo) -> None:
    """Each way to call an action, a workflow or a service with a key gives the one result; so does the command line."""
    effects: list[str] = []

    @do.action.create(name="charge")
    async def charge(amount: int) -> str:
        effects.append("action")
        return f"receipt {len(effects)} of {amount}"

    @do.workflow.create(name="buys")
    async def buys(trigger: Trigger) -> str:
        effects.append("workflow")
        return f"bought {len(effects)} of {trigger.payload['amount']}"

    @do.service.create(name="shop")
    async def shop(trigger: Trigger) -> str:
        effects.append("service")
        return f"served {len(effects)} of {trigger.payload['amount']}"

    key, given = str(do.uuid()), {"amount": 5}
    async with do.worker():
        actions = [
            await charge.execute(given, idempotency_key=key),
            await charge.execute(amount=5, idempotency_key=key),
            await charge.invoke(given, idempotency_key=key),
            await charge.run(given, idempotency_key=key),
            await do.action("charge").invoke(given, idempotency_key=key),
            await do.action.run("charge", given, idempotency_key=key),
            (await do.action.execute(name="charge", params=given, idempotency_key=key)).output,
            await asyncio.to_thread(do.sync.action.run, "charge", given, idempotency_key=key),
        ]
        runs = [
            await buys.execute(given, idempotency_key=key),
            await do.workflows.execute("buys", given, idempotency_key=key),
            await (await buys.start(given, idempotency_key=key)).result(),
            await (await do.workflows.start("buys", given, idempotency_key=key)).result(),
            await asyncio.to_thread(do.sync.workflows.execute, "buys", given, idempotency_key=key),
        ]
        served = [
            await shop.execute(given, idempotency_key=key),
            await do.service("shop").execute(given, idempotency_key=key),
            await (await do.service("shop").start(given, idempotency_key=key)).result(),
        ]
        told = [
            await dosdk(do, "action", "run", "charge", "--input", '{"amount": 5}', "--key", key),
            await dosdk(do, "run", "buys", "--input", '{"amount": 5}', "--key", key),
        ]
        started = await do.workflows.start("buys", given, idempotency_key=key)
    assert (actions, runs, served) == (["receipt 1 of 5"] * 8, ["bought 2 of 5"] * 5, ["served 3 of 5"] * 3)
    assert [said.out for said in told] == ['"receipt 1 of 5"\n', '"bought 2 of 5"\n']
    assert (started.id, effects) == (f"buys/{key}", ["action", "workflow", "service"])


async def test_one_key_of_a_workflow_is_one_run(do: TestDo, serve: Callable[..., Any]) -> None:
    """Ten clients and ten workflows that start and run it with one key: one run, one result; later and after a restart too."""
    effects: list[str] = []

    @do.action.create(name="ship")
    async def ship(order: int) -> int:
        effects.append(f"order {order}")
        return len(effects)

    @do.workflow.create(name="fulfils")
    async def fulfils(trigger: Trigger) -> int:
        return int(await do.action.run("ship", trigger.payload))

    @do.workflow.create(name="executes")
    async def executes(trigger: Trigger) -> Any:
        return await do.workflows.execute("fulfils", {"order": 7}, idempotency_key=trigger.payload["key"])

    @do.workflow.create(name="starts")
    async def starts(trigger: Trigger) -> Any:
        child: Any = await do.workflows.start("fulfils", {"order": 7}, idempotency_key=trigger.payload["key"])
        return [child.id, await child.result()]

    key = str(do.uuid())
    async with serve():
        results = await asyncio.gather(
            *(do.workflows.execute("fulfils", {"order": 7}, idempotency_key=key) for _ in range(10)),
            *(do.workflows.execute("executes", {"key": key}) for _ in range(5)),
        )
        started = await asyncio.gather(*(do.workflows.execute("starts", {"key": key}) for _ in range(5)))
    async with serve():
        later = await do.workflows.execute("starts", {"key": key})
    assert (results, [*started, later], effects) == ([1] * 15, [[f"fulfils/{key}", 1]] * 6, ["order 7"])


async def test_a_workflows_key_with_another_input_conflicts_and_equal_input_in_another_order_does_not(
    do: TestDo,
) -> None:
    """One key stands for one input, whatever the order of its fields, for clients and workflows."""

    @do.workflow.create(name="buys")
    async def buys(trigger: Trigger) -> Any:
        return trigger.payload["amount"]

    @do.action.create(name="charge")
    async def charge(amount: int, currency: str) -> str:
        return f"{amount} {currency}"

    @do.workflow.create(name="parent")
    async def parent(trigger: Trigger) -> Any:
        return await do.workflows.execute("buys", {"amount": 7}, idempotency_key=trigger.payload)

    key = str(do.uuid())
    async with do.worker():
        assert await buys.execute({"amount": 5, "for": "ann"}, idempotency_key=key) == 5
        assert await buys.execute({"for": "ann", "amount": 5.0}, idempotency_key=key) == 5
        for call in (buys.execute, buys.start):
            with pytest.raises(ConflictError, match=f"the idempotency key of 'buys/{key}' was used with another input"):
                await call({"amount": 6}, idempotency_key=key)
        with pytest.raises(WorkflowError, match="was used with another input"):
            await do.workflows.execute("parent", key)
        orders = [{"amount": 5, "currency": "eur"}, {"currency": "eur", "amount": 5}]
        assert [await do.action.run("charge", given, idempotency_key=key) for given in orders] == ["5 eur"] * 2


async def test_an_action_and_a_workflow_of_one_name_share_their_keys(do: TestDo) -> None:
    """A key that was used with a workflow is not one for an action of its name, nor the other way round; both are told so."""

    @do.action.create(name="refund")
    async def refund(amount: int = 0) -> int:
        return amount

    @do.workflow.create(name="refund")
    async def refunds(trigger: Trigger) -> Any:
        key = trigger.payload.get("key")
        return await do.action.run("refund", {}, idempotency_key=key) if key else None

    keys = [str(do.uuid()) for _ in range(4)]
    of_workflow = (
        "the key of 'refund/{}' was used with a workflow of this name, and an action of the same name shares its keys"
    )
    of_action = (
        "the key of 'refund/{}' was used with an action of this name, and a workflow of the same name shares its keys"
    )
    given = "the id 'refund/{}' is that of a run which was started with id=: call an action with another key"
    async with do.worker():
        await refunds.execute({}, idempotency_key=keys[0])
        with pytest.raises(ConflictError, match=of_workflow.format(keys[0])):
            await do.action.run("refund", {}, idempotency_key=keys[0])
        await do.action.run("refund", {}, idempotency_key=keys[1])
        with pytest.raises(ConflictError, match=of_action.format(keys[1])):
            await refunds.start({}, idempotency_key=keys[1])
        with pytest.raises(WorkflowError, match=of_workflow.format(keys[2])):
            await refunds.execute({"key": keys[2]}, idempotency_key=keys[2])
        await (await refunds.start({}, id=f"refund/{keys[3]}")).result()
        with pytest.raises(ConflictError, match=given.format(keys[3])):
            await do.action.run("refund", {}, idempotency_key=keys[3])


async def test_a_failed_key_of_a_workflow_may_run_again(do: TestDo, serve: Callable[..., Any]) -> None:
    """Who waits for the key's run gets its failure; after it the same key runs anew."""
    tries: list[int] = []

    @do.action.create(name="ship", retry=1)
    async def ship() -> int:
        tries.append(1)
        if len(tries) < 3:
            raise LookupError("no stock")
        return len(tries)

    @do.workflow.create(name="fulfils")
    async def fulfils(_: Trigger) -> int:
        return int(await do.action.run("ship"))

    @do.workflow.create(name="parent")
    async def parent(trigger: Trigger) -> Any:
        return await do.workflows.execute("fulfils", idempotency_key=trigger.payload)

    key = str(do.uuid())
    async with serve():
        with pytest.raises(WorkflowError) as failed:
            await do.workflows.execute("parent", key)
        with pytest.raises(WorkflowError, match="no stock"):
            await do.workflows.execute("fulfils", idempotency_key=key)
        assert await do.workflows.execute("parent", key) == 3
    assert (failed.value.cause and failed.value.cause.message) == (
        "workflow 'fulfils' failed in step 'ship': action 'ship' failed after 1 attempt: LookupError: no stock"
    )


async def test_a_cancelled_caller_leaves_the_effect_to_the_others(do: TestDo) -> None:
    """A client and a workflow that are cancelled while a key's action or run goes on change nothing for who asks later."""
    effects: list[int] = []
    begun, goes_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    @do.action.create(name="charge")
    async def charge() -> int:
        effects.append(1)
        loop.call_soon_threadsafe(begun.set)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(goes_on.wait(), loop))
        return len(effects)

    @do.workflow.create(name="charges")
    async def charges(_: Trigger) -> int:
        return int(await do.action.run("charge"))

    @do.workflow.create(name="buys")
    async def buys(trigger: Trigger) -> Any:
        what, key = trigger.payload
        if what == "action":
            return await do.action.run("charge", idempotency_key=key)
        return await do.workflows.execute("charges", idempotency_key=key)

    calls: dict[str, Callable[[str], Any]] = {
        "action": lambda key: do.action.run("charge", idempotency_key=key),
        "workflow": lambda key: do.workflows.execute("charges", idempotency_key=key),
    }
    async with do.worker():
        for count, (what, call) in enumerate(calls.items(), 1):
            key = str(do.uuid())
            begun.clear()
            goes_on.clear()
            first = await do.workflows.start("buys", [what, key])
            await begun.wait()
            client = asyncio.create_task(call(key))
            await first.cancel()
            with pytest.raises(WorkflowError):
                await first.result()
            client.cancel()
            goes_on.set()
            assert [await call(key), await do.workflows.execute("buys", [what, key])] == [count] * 2
    assert effects == [1, 1]


@pytest.mark.parametrize(
    ("end", "how", "why"),
    [
        (lambda run: run.cancel("enough"), "was cancelled", ""),
        (lambda run: run.terminate("enough"), "was terminated", ": enough"),
    ],
    ids=["cancelled", "terminated"],
)
async def test_who_waits_for_a_run_that_others_end_is_told_so(
    do: TestDo, end: Callable[[Execution], Any], how: str, why: str
) -> None:
    """A client and a workflow that wait for a key's run learn which it was, how it ended, and of which action or step it is."""
    begun, loop = asyncio.Event(), asyncio.get_running_loop()

    @do.action.create(name="charge")
    async def charge() -> None:
        loop.call_soon_threadsafe(begun.set)
        await asyncio.Event().wait()

    @do.workflow.create(name="charges")
    async def charges(_: Trigger) -> None:
        await do.action.run("charge")

    @do.workflow.create(name="buys")
    async def buys(trigger: Trigger) -> None:
        await do.action.run("charge", idempotency_key=trigger.payload)

    key = str(do.uuid())
    async with do.worker(drain="10ms"):
        buying = await do.workflows.start("buys", key)
        await begun.wait()
        asking = asyncio.create_task(do.action.run("charge", idempotency_key=key))
        run = await do.workflows.start("charges", idempotency_key=key)
        await asyncio.wait({asking}, timeout=0.1)  # it asks by now, or finds the run ended; either is told
        for execution in (do.workflows.get(f"charge/{key}"), run):
            await end(execution)
        errors = await asyncio.gather(asking, buying.result(), run.result(), return_exceptions=True)
    told = f"the run 'charge/{key}' that it waited for {how}"
    assert [(type(error).__name__, str(error)) for error in errors] == [
        ("ActionError", f"{told}{why}"),
        # Temporal tells a parent that its child was ended, and not why.
        ("WorkflowError", f"workflow 'buys' failed in step 'charge': action 'charge' failed: ActionError: {told}"),
        ("WorkflowError", f"workflow 'charges' {how}{why}"),
    ]
    assert [getattr(error, "action", None) for error in errors[:2]] == ["charge", "charge"]


async def test_a_key_of_an_event_is_its_id(do: TestDo) -> None:
    """An event emitted again with the key is the same event, and its id and key cannot differ."""
    key = str(do.uuid())
    async with do.worker():
        first = await do.events.emit("order.placed", {"order": 7}, idempotency_key=key)
        again = await do.events.emit("order.placed", {"order": 7}, id=key)
        (many,) = await do.events.emit_many([{"name": "order.placed", "payload": {"order": 7}, "idempotency_key": key}])
        with pytest.raises(ConflictError):
            await do.events.emit("order.placed", {"order": 8}, idempotency_key=key)
    assert [(one.id, one.duplicate) for one in (first, again, many)] == [(key, False), (key, True), (key, True)]
    with pytest.raises(InputError, match="mean the same: give one of them"):
        await do.events.emit("order.placed", id="a", idempotency_key="b")


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "a\nb"])
@pytest.mark.parametrize("spelling", ["run", "execute", "invoke", "workflow", "start", "service", "emit"])
async def test_what_can_be_no_key_is_refused_at_once(do: TestDo, key: str, spelling: str) -> None:
    """An empty, long or unprintable key is an InputError on every spelling, and needs no server."""
    calls: dict[str, Callable[[], Any]] = {
        "run": lambda: do.action.run("charge", idempotency_key=key),
        "execute": lambda: do.action.execute(name="charge", idempotency_key=key),
        "invoke": lambda: do.action("charge").invoke(idempotency_key=key),
        "workflow": lambda: do.workflows.execute("buys", idempotency_key=key),
        "start": lambda: do.workflows.start("buys", idempotency_key=key),
        "service": lambda: do.service("shop").execute(idempotency_key=key),
        "emit": lambda: do.events.emit("order.placed", idempotency_key=key),
    }
    do._given["address"] = "127.0.0.1:1"
    with pytest.raises(InputError, match="idempotency_key" if spelling != "emit" else "event's id"):
        await calls[spelling]()


async def test_names_and_keys_too_long_together_are_refused_at_once(do: TestDo) -> None:
    """A name and a key that Temporal takes no id of, and a key beside an id, are an InputError that needs no server."""
    do._given["address"] = "127.0.0.1:1"
    for call in (do.action.run, do.workflows.execute):
        with pytest.raises(InputError, match="the name and its idempotency_key have 1601 bytes together, at most 1000"):
            await call("🚀" * 200, idempotency_key="🚀" * 200)
    with pytest.raises(InputError, match="id= and idempotency_key= both name the run"):
        await do.workflows.start("buys", id="a", idempotency_key="a")


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
