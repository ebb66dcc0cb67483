"""Recorded runs replayed against changed code."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dosdk_temporal import Registry, Trigger, WaitTimeoutError
from dosdk_temporal._pure.task_trouble import plain_trouble
from dosdk_temporal._worker.replaying.files import read_files, recorded_of
from dosdk_temporal._worker.replaying.replaying import replay as replayed
from dosdk_temporal.testing import TestDo, replay
from tests.live.command_line import alone, dosdk

Way = Callable[[TestDo], Any]
Line = tuple[Callable[..., Any], int]
"""A function, and a line below its ``def``."""


async def as_recorded(do: TestDo) -> None:
    """What the recorded runs ran."""
    await do.action.run("pick")
    await do.action.run("pack")
    await do.sleep("1s")
    await do.action.run("ship")
    await asyncio.gather(do.action.run("weigh"), label(do))


async def label(do: TestDo) -> None:
    """A function of the handler's own."""
    await do.action.run("label")


async def renamed(do: TestDo) -> Any:
    """The same steps; a variable more, a function less, and a new step for new runs only."""
    picked = await do.action.run("pick")
    if do.patched("fraud-check"):
        await do.action.run("check", {"picked": picked})
    await do.action.run("pack")
    await do.sleep("1s")
    await do.action.run("ship")
    return await asyncio.gather(do.action.run("weigh"), do.action.run("label"))


async def reordered(do: TestDo) -> None:
    """The first two change places."""
    await do.action.run("pack")
    await do.action.run("pick")


async def removed(do: TestDo) -> None:
    """One is gone."""
    await do.action.run("pick")
    await do.sleep("1s")


async def other_timer(do: TestDo) -> None:
    """It sleeps for longer."""
    await do.action.run("pick")
    await do.action.run("pack")
    await do.sleep("2h")
    await do.action.run("ship")
    await asyncio.gather(do.action.run("weigh"), label(do))


async def last_removed(do: TestDo) -> None:
    """The last two are gone."""
    await do.action.run("pick")
    await do.action.run("pack")
    await do.sleep("1s")
    await do.action.run("ship")


async def in_function(do: TestDo) -> None:
    """A function of its own does something else."""
    await do.action.run("pick")
    await label(do)


async def failing(do: TestDo) -> None:
    """A mistake."""
    await do.action.run("pick")
    raise LookupError("no box")


async def nothing(do: TestDo) -> None:
    """It ends before it ever waits."""


def define(do: TestDo, way: Way) -> None:
    """The workflow, done that way."""

    async def fulfil(trigger: Trigger) -> None:
        del trigger
        await way(do)

    do.registry = Registry()
    for name in ("pick", "pack", "weigh", "label", "ship"):
        do.action.create(name=name, handler=lambda: None)
    do.workflow.create(name="fulfil", handler=fulfil)


PARTINGS: list[tuple[Way, str, Line, str]] = [
    (reordered, "event 5, step 'pick' was scheduled", (reordered, 2), "schedules step 'pack'"),
    (removed, "event 11, step 'pack' was scheduled", (removed, 3), "starts a timer of 1 s"),
    (other_timer, "event 17, a timer of 1 s was started", (other_timer, 4), "starts a timer of 2 h"),
    (last_removed, "event 28, step 'weigh' was scheduled", (define, 5), "completes the run"),
    (in_function, "event 11, step 'pack' was scheduled", (label, 2), "schedules step 'label'"),
    (failing, "event 11, step 'pack' was scheduled", (define, 5), "fails the run: no box"),
]


def line(function: Callable[..., Any], number: int) -> str:
    """That line of a function of this file, its ``def`` being 0."""
    file = Path(inspect.getfile(function)).relative_to(Path.cwd())
    return f"{file}:{inspect.getsourcelines(function)[1] + number}"


@pytest.fixture(scope="module")
async def histories(dosdk_server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the history of one run, as the command saves it."""
    folder = tmp_path_factory.mktemp("recorded")
    do = TestDo(dosdk_server, f"sqlite:///{folder / 'datastore.db'}")
    define(do, as_recorded)
    async with do.worker():
        execution = await do.workflows.start("fulfil", id=f"order-{do.settings.task_queue}")
        await execution.result()
    module = folder / "flows.py"
    module.write_text(MODULE)
    await listed(do, execution.id)
    saved = await dosdk(do, "replay", "-m", str(module), "-w", "fulfil", "--last", "1", "--save", str(folder / "saved"))
    assert (saved.status, saved.out, saved.err) == (0, "✓ fulfil  1 agree\n1 replayed\n", "")
    await do.close()
    return folder / "saved"


async def listed(do: TestDo, run: str) -> None:
    """Wait until the server lists the run: those of other tests have the same name."""
    while run not in {one.id for one in await do.workflows.list(workflow="fulfil")}:  # noqa: ASYNC110 - it is the server that knows
        await asyncio.sleep(0.05)


MODULE = """
import asyncio
from dosdk_temporal import client as do

@do.workflow.create(name="fulfil")
async def fulfil(trigger):
    await do.action.run("pick")
    await do.action.run("pack")
    await do.sleep("1s")
    await do.action.run("ship")
    await asyncio.gather(do.action.run("weigh"), do.action.run("label"))
"""


@pytest.mark.parametrize("way", [as_recorded, renamed], ids=lambda way: way.__name__)
async def test_a_safe_change_agrees(do: TestDo, histories: Path, way: Way) -> None:
    """The same code agrees with the record, and so does a change that asks ``do.patched``."""
    define(do, way)
    await replay(histories, registry=do.registry)


@pytest.mark.parametrize(("way", "recorded", "where", "code"), PARTINGS)
async def test_a_change_that_parts_is_found(
    do: TestDo, histories: Path, way: Way, recorded: str, where: tuple[Way, int], code: str
) -> None:
    """A reordered, removed or other step, and a changed timer, are found with the event and the line where they part."""
    define(do, way)
    with pytest.raises(AssertionError) as parted:
        await replay(histories, registry=do.registry)
    told = f"{recorded}; at {line(*where)} the code {code} ("
    assert str(parted.value).partition(": ")[2].startswith(told)


async def test_a_timer_may_be_let_change(do: TestDo, histories: Path) -> None:
    """Where lengths may change, a timer of another length agrees."""
    define(do, other_timer)
    found = [result async for result in replayed(do.registry, read_files([histories]), any_length=True)]
    assert [result.parting for result in found] == [None]


async def test_the_command_fails_with_the_execution_the_event_and_the_line(histories: Path, tmp_path: Path) -> None:
    """``dosdk replay`` ends with status 1 and says where, to people and to programs; for files it needs no server."""
    (tmp_path / "flows.py").write_text(MODULE.replace('"pack"', '"bag"'))
    (file,) = histories.iterdir()  # noqa: ASYNC240 - a test may look
    people, programs = [
        await alone("replay", str(histories), "-m", "flows.py", *more, cwd=tmp_path) for more in ([], ["--json"])
    ]
    message = (
        "'pack' is recorded there, and the code comes to 'bag' "
        "(Temporal: Activity id of scheduled event 'pack' does not match activity id of activity command 'bag')"
    )
    heading, *rest = people.out.splitlines()
    assert heading.startswith(f"✗ fulfil  {file}  run ")
    assert (people.status, rest, people.err) == (
        1,
        ["  event 11: step 'pack' was scheduled", "  flows.py:8: the code schedules step 'bag'", f"  {message}",
         "1 replayed, 1 of them part from the code"],
        "",
    )  # fmt: skip
    assert (programs.status, programs.json[0]["parting"]) == (
        1,
        {"event_id": 11, "event": "step 'pack' was scheduled", "line": "flows.py:8", "code": "schedules step 'bag'",
         "message": message},
    )  # fmt: skip


async def test_the_command_takes_the_ids_of_runs(do: TestDo, tmp_path: Path) -> None:
    """A run is named by its id; what is neither a file nor a run is said to be neither."""
    define(do, as_recorded)
    (tmp_path / "flows.py").write_text(MODULE)
    async with do.worker():
        execution = await do.workflows.start("fulfil")
        await execution.result()
    run, nobody = [
        await dosdk(do, "replay", named, "-m", "flows.py", cwd=tmp_path) for named in (execution.id, "nobody")
    ]
    assert (run.status, run.out, run.err) == (0, "✓ fulfil  1 agree\n1 replayed\n", "")
    told = f"dosdk: error: there is no file or folder 'nobody' in {tmp_path}, and as a run: there is no such execution"
    assert (nobody.status, nobody.out, nobody.err.startswith(told)) == (1, "", True)


async def test_a_local_step_that_is_gone_is_found(do: TestDo) -> None:
    """Of a local step Temporal says a number only; the event that has it is told, and what it means."""

    def define_notes(*steps: str) -> None:
        async def notes(trigger: Trigger) -> None:
            del trigger
            for step in steps:
                await do.action.run(step)

        do.registry = Registry()
        for name in ("note", "post"):
            do.action.create(name=name, handler=lambda: None, local=name == "note")
        do.workflow.create(name="notes", handler=notes)

    define_notes("note", "post")
    async with do.worker():
        execution = await do.workflows.start("notes")
        await execution.result()
    history = await (await do.connection()).client.get_workflow_handle(execution.id).fetch_history()
    define_notes("post")
    (found,) = [result async for result in replayed(do.registry, [recorded_of(history)])]
    assert found.parting is not None
    assert (found.parting.event, found.parting.code, found.parting.message) == (
        "local step 'note' was recorded",
        "schedules step 'post'",
        plain_trouble("Missing associated machine for LocalActivity(1)"),
    )


async def test_waits_agree(do: TestDo) -> None:
    """Runs with time-outs, reminders, events, signals and a new run agree with the code that they ran: their timers too."""

    async def waits(trigger: Trigger) -> Any:
        count = int(trigger.payload["count"])
        first = await do.wait_for_approval("first", timeout="3d", remind_every="1d")
        note = await anext(do.signals("note"))
        try:
            await do.wait_for_event("never", timeout="0.05s")
        except WaitTimeoutError:
            if count:
                await do.continue_as_new({"count": count - 1})
        return [first.approved, note]

    do.workflow.create(name="waits", handler=waits, timeout="30d")
    async with do.worker():
        execution = await do.workflows.start("waits", {"count": 1})
        for name in ("first", "first#2"):
            await execution.signal("note", "hi")
            await execution.approve(name)
        assert await execution.result() == [True, "hi"]
    client = (await do.connection()).client
    last = client.get_workflow_handle(execution.id)
    first_id = (await last.describe()).raw_description.workflow_execution_info.first_run_id
    runs = [last, client.get_workflow_handle(execution.id, run_id=first_id)]
    histories = [recorded_of(await run.fetch_history()) for run in runs]
    found = [result async for result in replayed(do.registry, histories)]
    assert [result.parting for result in found] == [None, None]


async def test_a_run_that_no_worker_has_taken_agrees(do: TestDo) -> None:
    """With a run for which no code has run, nothing can part."""
    define(do, nothing)
    execution = await do.workflows.start("fulfil")
    history = await (await do.connection()).client.get_workflow_handle(execution.id).fetch_history()
    found = [result async for result in replayed(do.registry, [recorded_of(history)])]
    assert [(result.execution_id, result.parting) for result in found] == [(execution.id, None)]
    await execution.terminate()


async def test_a_definition_replays_its_own_text(do: TestDo) -> None:
    """A run of a definition agrees whatever text its name has now: it is pinned to its own."""
    do.action.create(name="pick", handler=lambda: None)
    do.action.create(name="pack", handler=lambda: None)
    for steps in (["pick", "pack"], ["pack"]):
        do.registry = Registry(base=do.registry)
        do.workflows.create({"name": "flow", "steps": [{"function": step} for step in steps]})
        if len(steps) > 1:
            async with do.worker():
                execution = await do.workflows.start("flow")
                await execution.result()
    handle = (await do.connection()).client.get_workflow_handle(execution.id)
    found = [result async for result in replayed(do.registry, [recorded_of(await handle.fetch_history())])]
    assert [result.parting for result in found] == [None]


async def test_a_deprecated_patch_agrees(do: TestDo) -> None:
    """A run that recorded a patch agrees with the code that asks it, and with the one that only deprecates it."""

    async def asking(trigger: Trigger) -> bool:
        del trigger
        return do.patched("fraud-check") and do.patched("fraud-check")

    async def deprecating(trigger: Trigger) -> None:
        del trigger
        do.deprecate_patch("fraud-check")

    async def forgetting(trigger: Trigger) -> None:
        del trigger

    do.workflow.create(name="patched", handler=asking)
    async with do.worker():
        execution = await do.workflows.start("patched")
        assert await execution.result() is True
    history = await (await do.connection()).client.get_workflow_handle(execution.id).fetch_history()
    partings = []
    for handler in (asking, deprecating, forgetting):
        do.registry = Registry()
        do.workflow.create(name="patched", handler=handler)
        partings += [result.parting async for result in replayed(do.registry, [recorded_of(history)])]
    *none, forgotten = partings
    assert none == [None, None]
    assert forgotten is not None
    assert (forgotten.event, forgotten.code) == ("patch 'fraud-check' was recorded", "completes the run")


async def test_a_handler_that_never_waits_is_told_by_its_first_line(do: TestDo, histories: Path) -> None:
    """Where no line is left the handler's own is told."""
    define(do, nothing)
    with pytest.raises(AssertionError, match=r"at tests/live/test_replay.py:[0-9]+ the code completes the run"):
        await replay(histories, registry=do.registry)


async def test_a_version_that_was_dropped_is_told(do: TestDo, histories: Path) -> None:
    """A run of a version that the code has no more would wait: it is told which there are."""

    async def fulfil(trigger: Trigger) -> None:
        del trigger

    do.registry = Registry()
    do.workflow.create(name="fulfil", handler=fulfil, version=2)
    with pytest.raises(AssertionError, match="has a workflow named 'fulfil': there is 'fulfil@2'"):
        await replay(histories, registry=do.registry)
