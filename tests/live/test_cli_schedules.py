"""``dosdk schedule`` and ``dosdk schedules`` against a real server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dosdk_temporal import Trigger
from dosdk_temporal.testing import TestDo
from tests.live.command_line import dosdk
from tests.live.schedule_facts import results, schedule_ids

FLOW = """
from dosdk_temporal import Do

do = Do()

@do.workflow.create(name="{name}"{trigger})
async def report(trigger):
    return 1
"""


@pytest.fixture
def name(do: TestDo) -> str:
    """A workflow of the test's own name that gives its payload."""
    name = f"report-{do.settings.task_queue}"

    @do.workflow.create(name=name)
    async def report(trigger: Trigger) -> Any:
        return trigger.payload

    return name


async def test_created_then_replaced(do: TestDo, name: str) -> None:
    """A schedule is created, left as it is, and replaced; each time the command says which, and when it is due."""
    arguments = ["schedule", name, "--every", "6h", "--cron", "0 9 * * mon", "--timezone", "Asia/Tokyo"]
    said = [
        await dosdk(do, *arguments, *more, "--json")
        for more in ([], [], ["--input", '{"a": 1}', "--on-failure", "ops@example.com", "--overlap", "allow_all"])
    ]
    found = [json.loads(each.out) for each in said]
    assert [each.status for each in said] == [0, 0, 0]
    assert [(each["id"], each["outcome"]) for each in found] == [
        (name, "created"), (name, "unchanged"), (name, "replaced"),
    ]  # fmt: skip
    assert found[2]["schedule"]["plan"] == {
        "id": name,
        "workflow": name,
        "version": None,
        "input": {"a": 1},
        "text": {
            "cron": ["0 9 * * mon"],
            "every": [21600.0],
            "timezone": "Asia/Tokyo",
            "overlap": "allow_all",
            "jitter": None,
            "catch_up": None,
            "skip": [],
            "declared": False,
        },
        "notifications": {"onFailure": ["ops@example.com"]},
        "task_queue": do.settings.task_queue,
    }


async def test_for_people(do: TestDo, name: str) -> None:
    """People see a fact a line: the outcome, when, the next times; warnings are of the clock's changes and of the name."""
    said = await dosdk(do, "schedule", name, "--cron", "30 2 * * *", "--timezone", "Europe/Berlin", "--note", "nightly")
    lines = said.out.splitlines()
    assert lines[:5] == [
        f"schedule {name}: created",
        f"workflow    {name}",
        "state       active (nightly)",
        "when        30 2 * * * (Europe/Berlin)",
        "overlap     skip",
    ]
    assert [line.split()[0] for line in lines[5:]] == ["next", "next", "next", "counts"]
    assert lines[-1] == "counts      0 started, 0 skipped, 0 missed"
    *changes, unknown = said.err.splitlines()
    assert [line.partition(": ")[2][:30] for line in changes] == [f"warning: schedule {name!r}: "[:30]] * 2
    assert unknown.endswith(
        f"no module here has a workflow named {name!r}, and no run of one is on record: its runs fail unless a worker of task "
        f"queue {do.settings.task_queue!r} has it"
    )


async def test_steered(do: TestDo, name: str) -> None:
    """A schedule is paused, triggered, backfilled, shown, unpaused and deleted by its id."""
    await do.workflows.schedule(name, cron_expression="@hourly", input={"a": 1})
    schedule = do.workflows.get_schedule(name)
    assert [(await dosdk(do, "schedules", *more)).out for more in (["pause", name, "--note", "audit"], ["trigger", name])] == [
        f"schedule {name} paused\n", f"schedule {name} triggered\n",
    ]  # fmt: skip
    times = ["--from", "2026-01-01T00:00Z", "--to", "2026-01-01T01:00:00+00:00"]
    said = await dosdk(do, "schedules", "backfill", name, *times, "--json")
    assert json.loads(said.out) == {"id": name, "did": "backfilled"}
    async with do.worker():
        assert await results(do, schedule, 3) == [{"a": 1}] * 3
    shown = json.loads((await dosdk(do, "schedules", "show", name, "--next", "20", "--json")).out)
    assert (shown["schedule"]["paused"], shown["schedule"]["note"], shown["schedule"]["started"]) == (True, "audit", 3)
    assert len(shown["next_times"]) == 20
    plain = (await dosdk(do, "schedules", "show", name)).out.splitlines()
    assert plain[1:5] == [
        "state       paused (audit)", "when        @hourly (UTC)", "overlap     skip", 'input       {"a":1}',
    ]  # fmt: skip
    assert [line.split()[0] for line in plain[5:]] == ["next"] * 10 + ["ran"] * 3 + ["counts"]
    assert (await dosdk(do, "schedules", "unpause", name, "--json")).json == {
        "id": "report-test-<uuid>",
        "did": "unpaused",
    }
    assert (await schedule.describe()).paused is False
    assert (await dosdk(do, "schedules", "delete", name)).out == f"schedule {name} deleted\n"
    assert name not in await schedule_ids(do)


async def test_listed(do: TestDo, name: str) -> None:
    """The list has a line a schedule, as a table or as JSON."""
    await do.workflows.schedule(name, cron_expression="@daily", id=f"{name}-b", paused=True)
    await do.workflows.schedule(name, every="1h", id=f"{name}-a")
    while len(await do.workflows.list_schedules(workflow=name)) < 2:
        pass  # what was just created may be missing for a second
    said = await dosdk(do, "schedules", "--workflow", name)
    heading, first, second = said.out.splitlines()
    assert heading.split() == ["state", "id", "workflow", "when", "next", "last", "run"]
    assert (first.split()[:5], second.split()) == (
        ["active", f"{name}-a", name, "every", "1:00:00"], ["paused", f"{name}-b", name, "@daily", "(UTC)"],
    )  # fmt: skip
    listed = json.loads((await dosdk(do, "schedules", "-w", name, "-n", "1", "--json")).out)
    assert len(listed) == 1
    assert (await dosdk(do, "schedules", "-w", "nobody's")).out == "no schedules\n"


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["schedule", "w"], 1, "--cron: nothing says when: give --cron '0 9 * * mon' or --every '6h'"),
        (["schedule", "w", "--cron", "61 * * * *"], 1, "--cron: '61 * * * *': minute '61' is not from 0 to 59"),
        (
            ["schedule", "w", "--every", "-1h", "--catch-up", "2s"],
            1,
            ("--every '-1h' is negative: a duration is zero or more; "
            "--catch-up '2s' is shorter than the 10 seconds that are the least"),
        ),
        (
            ["schedules", "pause", "gone"],
            1,
            "there is no schedule 'gone' in namespace 'default': 'dosdk schedules' lists those there are",
        ),
        (
            ["schedules", "backfill", "x", "--from", "2026-01-01", "--to", "2026-01-02T00:00Z"],
            2,
            ("Invalid value for --from: '2026-01-01' is not a time with its zone, as 2027-01-01T00:00Z: "
            "'dosdk schedules backfill --help' shows what fits"),
        ),
        (
            ["schedules", "--json", "pause", "gone"],
            2,
            ("Invalid value: options go behind the command, as in 'dosdk schedules pause ID --json': "
            "'dosdk schedules --help' shows what fits"),
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
async def test_a_mistake_is_one_line(do: TestDo, arguments: list[str], status: int, line: str) -> None:
    """A mistake is one line that says what to do."""
    said = await dosdk(do, *arguments)
    assert (said.status, said.out, said.err) == (status, "", f"dosdk: error: {line}\n")


async def test_setup_applies_what_modules_declare(do: TestDo, tmp_path: Path) -> None:
    """``dosdk setup MODULE`` applies the declared schedules, says what it did, and names one that is declared no more."""
    name, file = f"declared-{do.settings.task_queue}", tmp_path / "flow.py"
    said = []
    for trigger in (", trigger={'schedule': '@daily'}", ", trigger={'schedule': '@daily'}", ""):
        file.write_text(FLOW.format(name=name, trigger=trigger))
        found = json.loads((await dosdk(do, "setup", str(file), "--json", cwd=tmp_path)).out)
        said.append({key: [text for text in texts if name in text] for key, texts in found.items()})
        while name not in await schedule_ids(do):
            pass  # what was just created may be missing from the list for a second
    nothing: dict[str, list[str]] = {"changed": [], "kept": [], "without": [], "left": []}
    left = f"schedule {name!r} is not declared any more and goes on: 'dosdk schedules delete {name}' ends it"
    assert said == [
        {**nothing, "changed": [f"schedule {name!r} created"]},
        {**nothing, "kept": [f"schedule {name!r}"]},
        {**nothing, "left": [left]},
    ]


async def test_setup_refuses_what_cannot_be_meant(do: TestDo, tmp_path: Path) -> None:
    """A module that declares what is no schedule is refused in one line, before anything is changed."""
    file = tmp_path / "flow.py"
    file.write_text(FLOW.format(name="x", trigger=", trigger={'schedule': '0 9 * *'}"))
    said = await dosdk(do, "setup", str(file), cwd=tmp_path)
    assert (said.status, said.out) == (1, "")
    assert said.err == (
        "dosdk: error: the schedule of workflow 'x' cannot be meant: cron_expression: '0 9 * *' has 4 fields, "
        f"five are needed: minute, hour, day of month, month, day of week ({file}:6)\n"
    )
