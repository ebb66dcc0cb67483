"""Versions side by side: the one that is asked for, or the latest; and the one that a run began with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from dosdk_temporal import ActionNestingError, DefinitionError, InputError, NotFoundError, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo
from tests.live.command_line import dosdk

Serve = Callable[..., Any]


def _define(do: TestDo, version: int) -> tuple[Any, Any, Any]:
    """An action, a workflow and a service that give their version."""

    async def charge() -> str:
        return f"charge {version}"

    async def ship(trigger: Trigger) -> Any:
        if trigger.payload:
            await do.wait_for_approval("go")
        return [f"ship {version}", await do.action.run("charge@1"), await do.action.run("charge")]

    return (
        do.action.create(name="charge", handler=charge, version=version),
        do.workflow.create(name="ship", handler=ship, version=version),
        do.service.create(
            name="bill", version=str(version), steps=[{"action": f"charge@{version}"}], result="{{ charge }}"
        ),
    )


async def test_a_version_is_asked_for_in_every_spelling(do: TestDo, serve: Serve) -> None:
    """Each way to call takes ``name@version``, means the latest by the bare name, and one's own by what ``create`` gave."""
    (charge, ship, bill), _ = _define(do, 1), _define(do, 10)

    async def by_child(trigger: Trigger) -> Any:
        del trigger
        return [await do.workflows.execute("ship@1"), await ship(), await (await do.workflows.start("ship")).result()]

    do.workflow.create(name="parent", handler=by_child)
    do.workflows.create(
        {
            "name": "declared",
            "steps": [
                {"id": "one", "function": "charge@1"},
                {"id": "two", "workflow": "ship@1"},
                {"function": "charge"},
            ],
            "result": "{{ [one, two[0], charge] }}",
        }
    )
    async with serve():
        actions = [
            await do.action.run("charge"),
            await do.action.run("charge@1"),
            await do.action.run("charge@1", idempotency_key="k"),
            (await do.action.execute(name="charge@1")).output,
            await do.action("charge@1").invoke(),
            await charge.execute(),
            await do.action.run(charge),
        ]
        workflows = [
            (await do.workflows.execute("ship"))[0],
            (await do.workflows.execute("ship@1"))[0],
            (await ship.execute())[0],
            (await do.workflows.execute(ship))[0],
        ]
        services = [await do.service(name).execute() for name in ("bill", "bill@1")] + [await bill.execute()]
        inside = await do.workflows.execute("parent"), await do.workflows.execute("declared")
    old = [f"{kind} 1" for kind in ("ship", "charge")]
    assert actions == ["charge 10", *["charge 1"] * 6]
    assert workflows == ["ship 10", "ship 1", "ship 1", "ship 1"]
    assert services == ["charge 10", "charge 1", "charge 1"]
    assert inside == (
        [[*old, "charge 10"], [*old, "charge 10"], ["ship 10", "charge 1", "charge 10"]],
        ["charge 1", "ship 1", "charge 10"],
    )


async def test_a_version_from_the_command_line_a_schedule_and_an_event(do: TestDo) -> None:
    """The command line and a schedule take ``name@version``; an event starts the latest."""

    def define(version: int) -> None:
        async def report(_: Trigger) -> int:
            return version

        do.workflow.create(
            name=f"report-{do.settings.task_queue}", handler=report, version=version, trigger={"event": event}
        )

    event = f"due-{do.settings.task_queue}"
    name = f"report-{do.settings.task_queue}"
    for version in (1, 2):
        define(version)
    async with do.worker():
        shown = await dosdk(do, "run", f"{name}@1")
        schedule = await do.workflows.schedule(f"{name}@1", cron_expression="0 0 1 1 *")
        await schedule.trigger()
        emitted = await do.events.emit(event, {})
        started = await do.workflows.get(emitted.started[0]).result()
        plan = (await schedule.describe()).plan
        await schedule.delete()
    assert (shown.out, started, plan.version if plan else None) == ("1\n", 2, "1")


async def test_a_run_goes_on_with_the_version_it_began_with(do: TestDo, serve: Serve) -> None:
    """A run of the latest version stays with it when a later one is deployed, and its status says which it is."""
    _define(do, 1)
    async with serve():
        first = await do.workflows.start("ship", {"wait": True})
        await do.workflows.execute("ship")
    _define(do, 2)
    async with serve():
        second = await do.workflows.start("ship", {"wait": True})
        await do.workflows.execute("ship")
    _define(do, 3)
    async with serve():
        for execution in (first, second):
            await execution.approve("go")
        results = [(await execution.result())[0] for execution in (first, second)]
        versions = [(await execution.status()).version for execution in (first, second)]
    assert (results, versions) == (["ship 1", "ship 2"], ["1", "2"])


REFUSED: list[tuple[Callable[[TestDo], Awaitable[Any]], str]] = [
    (
        lambda do: do.action.run("charge@9"),
        "an action named 'charge' in version 9: there are 'charge@1' and 'charge@2'",
    ),
    (lambda do: do.action("charge@9").invoke(), "an action named 'charge' in version 9: there are"),
    (lambda do: do.action.execute(name="charge@9"), "an action named 'charge' in version 9: there are"),
    (
        lambda do: do.workflows.start("ship@2.1"),
        "a workflow named 'ship' in version 2.1: there are 'ship@1' and 'ship@2'",
    ),
    (lambda do: do.workflows.execute("ship@9"), "a workflow named 'ship' in version 9: there are"),
    (
        lambda do: do.service("bill@9").execute(),
        "a workflow named 'bill' in version 9: there are 'bill@1' and 'bill@2'",
    ),
    (lambda do: do.workflows.schedule("ship@9", every="1h"), "a workflow named 'ship' in version 9: there are"),
]


@pytest.mark.parametrize("case", range(len(REFUSED)))
async def test_a_version_that_does_not_exist_is_refused_at_once(case: int) -> None:
    """Client code that knows a name in other versions is told so with no server; each spelling says which there are."""
    do = TestDo("127.0.0.1:1")
    _define(do, 1), _define(do, 2)
    call, text = REFUSED[case]
    with pytest.raises(NotFoundError) as refused:
        await call(do)
    assert text in str(refused.value)


async def test_a_version_that_no_worker_has_is_told_by_the_worker(do: TestDo, dosdk_server: str, serve: Serve) -> None:
    """A client that knows no versions, and a workflow, get the same from the worker, once its grace is over."""
    _define(do, 1)
    stranger = TestDo(dosdk_server)
    stranger._given["task_queue"] = do.settings.task_queue  # a client of the same workers

    async def asks(_: Trigger) -> Any:
        return await do.action.run("charge@9")

    do.workflow.create(name="asks", handler=asks)
    told = []
    async with serve():
        for call in (
            stranger.action.run("charge@9"),
            stranger.workflows.execute("ship@9"),
            stranger.workflows.execute("asks"),
        ):
            with pytest.raises((NotFoundError, WorkflowError)) as failed:
                await call
            told.append(str(failed.value).partition("has ")[2])
    await stranger.close()
    action = "an action named 'charge' in version 9: there is 'charge@1'"
    assert told == [action, "a workflow named 'ship' in version 9: there is 'ship@1'", action]


async def test_a_patch_is_a_handlers_own(do: TestDo) -> None:
    """Outside a workflow's handler asking for a patch is a plain error; so is an id that cannot be one."""

    async def act() -> None:
        do.patched("x")

    async def asks(trigger: Trigger) -> list[str]:
        told = []
        for given in trigger.payload:
            try:
                do.patched(given)
            except InputError as error:
                told.append(str(error))
        return told

    do.action.create(name="act", handler=act)
    do.workflow.create(name="asks", handler=asks)
    for call in (do.patched, do.deprecate_patch):
        with pytest.raises(DefinitionError, match=r"only a workflow's handler can (ask for|deprecate) a patch"):
            call("x")
    async with do.worker():
        with pytest.raises(ActionNestingError, match="action 'act' tried to ask for a patch: "):
            await do.action.run("act")
        told = await do.workflows.execute("asks", ["", "x" * 201, "dosdk.x", None])
    assert told == [
        "the patch's id must be text of 1 to 200 characters, not ''",
        f"the patch's id has 201 characters, at most 200 are allowed: '{'x' * 40}'…",
        "the patch's id 'dosdk.x' begins like the SDK's own: choose another",
        "the patch's id must be text of 1 to 200 characters, not None",
    ]


async def test_a_mock_stands_for_every_version(do: TestDo) -> None:
    """A mocked action answers for whichever version is asked for."""
    _define(do, 1), _define(do, 2)
    calls = do.mock("charge", returns="mocked")
    async with do.worker():
        assert [await do.action.run(name) for name in ("charge", "charge@1", "charge@2")] == ["mocked"] * 3
    assert calls == [{}] * 3
