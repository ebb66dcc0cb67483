"""Events: emitted once, they start every workflow that subscribes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypedDict

import pytest

from dosdk_temporal import ActionNestingError, ConflictError, Do, InputError, Registry, Trigger, WorkflowError
from dosdk_temporal._pure.events import Emission
from dosdk_temporal.testing import TestDo


class Signup(TypedDict):
    """What a subscriber of the tests takes."""

    email: str


@pytest.fixture(params=["standalone", "as a run"])
async def emitting(request: pytest.FixtureRequest, do: TestDo) -> TestDo:
    """A client of a server that runs activities without a workflow, and of one that does not."""
    connection = await do.connection()
    connection.standalone = request.param == "standalone"
    return do


async def test_an_event_starts_its_workflow(emitting: TestDo) -> None:
    """The run's trigger says which event it was, when it was emitted, and carries its payload."""
    do = emitting

    @do.workflow.create(name="welcome", trigger={"event": "account.opened"})
    async def welcome(trigger: Trigger) -> Any:
        return [trigger.kind, trigger.name, trigger.id, trigger.time.isoformat(), trigger.payload]

    before = do.now()
    async with do.worker():
        emitted = await do.events.emit("account.opened", {"email": "ada@example.com"}, id=(event := str(do.uuid())))
        kind, name, event_id, time, payload = await do.workflows.get(f"welcome/{event}").result()
    assert emitted == Emission(event, started=[f"welcome/{event}"])
    assert (kind, name, event_id, payload) == ("event", "account.opened", event, {"email": "ada@example.com"})
    assert before.isoformat() < time < do.now().isoformat()


async def test_the_same_event_again_is_a_duplicate(emitting: TestDo) -> None:
    """The same id and payload again, in another order of keys, gives the first outcome and starts nothing."""
    do, runs = emitting, []

    @do.workflow.create(name="welcome", trigger={"event": "account.opened"})
    async def welcome(trigger: Trigger) -> None:
        runs.append(trigger.id)

    event = str(do.uuid())
    async with do.worker():
        emitted = await asyncio.gather(
            *(do.events.emit("account.opened", {"a": 1, "b": 2}, id=event) for _ in range(5)),
            *(do.events.emit("account.opened", {"b": 2, "a": 1.0}, id=event) for _ in range(5)),
        )
        await do.workflows.get(f"welcome/{event}").result()
    assert sorted(emission.duplicate for emission in emitted) == [False] + [True] * 9
    assert {(e.id, *e.started) for e in emitted} == {(event, f"welcome/{event}")}
    assert runs == [event]


async def test_an_id_with_another_payload_conflicts(emitting: TestDo) -> None:
    """One id stands for one payload."""
    do, event = emitting, str(emitting.uuid())
    async with do.worker():
        await do.events.emit("account.opened", {"a": 1}, id=event)
        with pytest.raises(
            ConflictError, match=f"event 'account.opened' with the id '{event}' was emitted with another"
        ):
            await do.events.emit("account.opened", {"a": 2}, id=event)


async def test_ten_subscribers_each_get_their_run(do: TestDo) -> None:
    """One event starts ten workflows; one that fails fails none of the others."""

    def subscribe(number: int) -> None:
        async def handler(trigger: Trigger) -> int:
            if number == 3:
                raise ValueError("declined")
            return number * int(trigger.payload["times"])

        do.workflow.create(name=f"subscriber-{number}", handler=handler, trigger={"event": "basket.filled"})

    for number in range(10):
        subscribe(number)
    async with do.worker():
        emitted = await do.events.emit("basket.filled", {"times": 10})
        ended = await asyncio.gather(
            *(do.workflows.get(run).result() for run in emitted.started), return_exceptions=True
        )
    assert emitted.started == [f"subscriber-{number}/{emitted.id}" for number in range(10)]
    failed = ended.pop(3)
    assert ended == [0, 10, 20, 40, 50, 60, 70, 80, 90]
    assert isinstance(failed, WorkflowError)


async def test_a_payload_that_fits_some_starts_those(do: TestDo) -> None:
    """The rest is listed as refused, with the reason."""

    @do.workflow.create(name="strict", input=Signup, trigger={"event": "account.opened"})
    async def strict(trigger: Trigger) -> None: ...

    @do.workflow.create(name="lax", trigger={"event": "account.opened"})
    async def lax(trigger: Trigger) -> None: ...

    async with do.worker():
        emitted = await do.events.emit("account.opened", {"mail": "ada@example.com"})
    reason = "the input of workflow 'strict' does not fit: email: is required"
    assert emitted.started == [f"lax/{emitted.id}"]
    assert emitted.refused == [{"workflow": "strict", "reason": reason}]


async def test_a_payload_that_fits_nobody_is_refused(emitting: TestDo) -> None:
    """Nothing is started or kept: the same id with a payload that fits is no duplicate and no conflict."""
    do = emitting

    @do.workflow.create(name="strict", input=Signup, trigger={"event": "account.opened"})
    async def strict(trigger: Trigger) -> str:
        return str(trigger.payload["email"])

    event = str(do.uuid())
    async with do.worker():
        with pytest.raises(InputError, match="fits none of the workflows that it starts: workflow 'strict': the input"):
            await do.events.emit("account.opened", {"mail": "ada@example.com"}, id=event)
        emitted = await do.events.emit("account.opened", {"email": "ada@example.com"}, id=event)
        assert await do.workflows.get(f"strict/{event}").result() == "ada@example.com"
    assert emitted == Emission(event, started=[f"strict/{event}"])


async def test_a_filter_chooses(do: TestDo) -> None:
    """A filter sees the event; where it cannot be evaluated, the workflow is refused with JavaScript's own reason."""

    def subscribe(name: str, filter: str) -> None:  # noqa: A002 - the documents' word
        async def handler(trigger: Trigger) -> None: ...

        do.workflow.create(name=name, handler=handler, trigger={"event": "account.opened", "filter": filter})

    subscribe("pro", '{{event.payload.plan === "pro"}}')
    subscribe("free", 'event.payload.plan === "free"')
    subscribe("named", '{{ event.name === "account.opened" && event.id.length > 0 }}')
    subscribe("broken", "{{ event.payload.team.size > 3 }}")
    async with do.worker():
        emitted = await do.events.emit("account.opened", {"plan": "pro"})
    reason = "Cannot read properties of undefined (reading 'size')"
    assert emitted.started == [f"named/{emitted.id}", f"pro/{emitted.id}"]
    assert emitted.refused == [{"workflow": "broken", "reason": reason}]


async def test_one_bus_for_all_task_queues(do: TestDo) -> None:
    """An emitter that knows nothing reaches a workflow that another task queue's worker serves, on that queue."""
    emitter = Do(
        address=do.settings.address,
        task_queue=f"{do.settings.task_queue}-emitter",
        datastore_url=do.database.shown,
        registry=Registry(),
    )

    @do.workflow.create(name="welcome", trigger={"event": "account.opened"})
    async def welcome(trigger: Trigger) -> str:
        return str(trigger.payload["email"])

    async with do.worker(), emitter.worker():
        emitted = await emitter.events.emit("account.opened", {"email": "ada@example.com"})
        assert await emitter.workflows.get(emitted.started[0]).result() == "ada@example.com"
    await emitter.close()


async def test_what_is_registered_later_subscribes_too(do: TestDo) -> None:
    """A workflow that is defined while the worker runs is started by the next event."""
    async with do.worker():
        assert (await do.events.emit("account.opened")).started == []

        @do.workflow.create(name="welcome", trigger={"event": "account.opened"})
        async def welcome(trigger: Trigger) -> None: ...

        emitted = await do.events.emit("account.opened")
    assert emitted.started == [f"welcome/{emitted.id}"]


async def test_a_worker_corrects_what_its_workflows_subscribe_to(do: TestDo) -> None:
    """A workflow that a new deploy starts by another event, or by none, is no longer started by the old one."""

    def deploy(**triggers: str) -> Do:
        deployed = Do(
            address=do.settings.address,
            task_queue=do.settings.task_queue,
            datastore_url=do.database.shown,
            registry=Registry(),
        )
        for name in ("first", "second", "third"):

            async def handler(trigger: Trigger) -> None: ...

            trigger = {"event": triggers[name]} if name in triggers else None
            deployed.workflow.create(name=name, handler=handler, trigger=trigger)
        return deployed

    async def emitted(by: Do) -> dict[str, list[str]]:
        events = await by.events.emit_many([{"name": "a"}, {"name": "b"}])
        return {name: [run.partition("/")[0] for run in e.started] for name, e in zip("ab", events, strict=True)}

    old, new = deploy(first="a", second="a", third="a"), deploy(first="a", second="b")
    async with old.worker():
        assert await emitted(old) == {"a": ["first", "second", "third"], "b": []}
    async with new.worker():
        assert await emitted(new) == {"a": ["first"], "b": ["second"]}
    await old.close()
    await new.close()


async def test_a_workflow_emits_in_one_step(do: TestDo, serve: Callable[..., Any]) -> None:
    """Emission in a workflow happens once, whatever is replayed, and its outcome is the recorded one."""
    runs = []

    @do.workflow.create(name="welcome", trigger={"event": "account.opened"})
    async def welcome(trigger: Trigger) -> None:
        runs.append(trigger.id)

    @do.workflow.create(name="signs-up")
    async def signs_up(trigger: Trigger) -> Any:
        given = await do.events.emit("account.opened", {"n": 1}, id=trigger.payload["id"])
        await do.sleep(0.01)
        made = await do.events.emit("account.opened", {"n": 2})
        again = await do.events.emit("account.opened", {"n": 1}, id=trigger.payload["id"])
        try:
            await do.events.emit("account.opened", {"n": 3}, id=trigger.payload["id"])
        except ConflictError as error:
            return [given, made, again, str(error)]

    event = str(do.uuid())
    async with serve():
        given, made, again, conflict = await do.workflows.execute("signs-up", {"id": event})
        await asyncio.gather(*(do.workflows.get(f"welcome/{one}").result() for one in (event, made["id"])))
    assert given == {"id": event, "started": [f"welcome/{event}"], "woken": [], "refused": [], "duplicate": False}
    assert (made["started"], made["duplicate"]) == ([f"welcome/{made['id']}"], False)
    assert again == {**given, "duplicate": True}
    assert conflict.endswith("was emitted with another payload: one id stands for one payload")
    assert sorted(set(runs)) == sorted([event, made["id"]])


async def test_an_action_cannot_emit(do: TestDo) -> None:
    """What an event starts is orchestration."""

    @do.action.create(name="notify")
    async def notify() -> None:
        await do.events.emit("account.opened")

    async with do.worker():
        with pytest.raises(ActionNestingError, match=r"action 'notify' tried to emit event 'account.opened'"):
            await do.action.run("notify")


async def test_many_at_once(do: TestDo) -> None:
    """Up to 100 events go at once, and what became of each comes back in their order."""
    async with do.worker():
        emitted = await do.events.emit_many(
            [{"name": "n", "id": str(do.uuid()), "payload": {"i": i}} for i in range(100)]
        )
        again = await do.events.emit_many(
            [{"name": "n", "id": e.id, "payload": {"i": i}} for i, e in enumerate(emitted)]
        )
    assert [(e.id, e.duplicate) for e in again] == [(e.id, True) for e in emitted]
    assert await do.events.emit_many([]) == []


NO_EVENTS: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "the event's name must be text"),
    ({"name": 3}, "the event's name must be text"),
    ({"name": "x" * 201}, "the event's name has 201 characters"),
    ({"name": "account.opened", "id": ""}, "the event's id must be text"),
    ({"name": "🚀" * 200, "id": "🚀" * 200}, "1607 bytes together, at most 1000"),
    ({"name": "account.opened", "payload": {"x": object()}}, "cannot be written as JSON at x"),
    ({"name": "account.opened", "payload": {"x": float("nan")}}, "JSON has no number nan"),
    ({"name": "account.opened", "keep": "-1s"}, "keep='-1s' is negative"),
    ({"name": "account.opened", "keep": 0}, "keep=0 would lose the event"),
]


@pytest.mark.parametrize(("event", "message"), NO_EVENTS)
async def test_what_can_be_no_event_is_refused_at_once(do: TestDo, event: dict[str, Any], message: str) -> None:
    """Without a server: an InputError that names what is wrong; emit_many refuses all for one, and names each."""
    with pytest.raises(InputError, match=message):
        await do.events.emit(**event)
    with pytest.raises(InputError, match=message) as refused:
        await do.events.emit_many([{"name": "fine"}, event])
    assert [place for place, _ in refused.value.problems] == ["[1]"]


@pytest.mark.parametrize(
    "events", [["account.opened"], [{"payload": {}}], [{"name": "n", "pay": 1}], [{"name": "n"}] * 101]
)
async def test_what_emit_many_does_not_take(do: TestDo, events: Any) -> None:
    """What is no mapping, has no name or an unknown key, and more than 100, are refused before anything is emitted."""
    with pytest.raises(InputError, match=r"is no event|at most 100"):
        await do.events.emit_many(events)
