"""Builds of a worker's code: which one gets the runs."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.api.deployment.v1 import WorkerDeploymentInfo
from temporalio.api.enums.v1 import RoutingConfigUpdateState
from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentResponse

from dosdk_temporal import DefinitionError, InputError, NotFoundError, Trigger
from dosdk_temporal._client import deployments
from dosdk_temporal._client.deployments import find_deployment, set_current, set_ramping
from dosdk_temporal.testing import TestDo
from tests.live.command_line import dosdk


def _build(do: TestDo, name: str) -> None:
    """What one build serves: each thing gives the build's name after the wait."""

    async def act() -> str:
        return name

    async def handler(trigger: Trigger) -> list[Any]:
        del trigger
        await do.wait_for_approval("go")
        return [name, await do.action.run("act")]

    do.action.create(name="act", handler=act)
    for word in ("pinned", "auto_upgrade"):
        do.workflow.create(name=word, handler=handler, versioning=word)


@pytest.fixture
async def old_and_new(do: TestDo, dosdk_server: str, tmp_path: Path) -> AsyncIterator[tuple[TestDo, TestDo]]:
    """Two builds of the same code, on one task queue."""
    new = TestDo(dosdk_server, f"sqlite:///{tmp_path / 'datastore.db'}")
    new._given["task_queue"] = do.settings.task_queue
    _build(do, "old")
    _build(new, "new")
    yield do, new
    await new.close()


async def test_a_rolling_deploy(old_and_new: tuple[TestDo, TestDo]) -> None:
    """Runs go to the current build, and those under way move to it but for pinned ones; nothing reaches a new build before."""
    old, new = old_and_new
    name = old.settings.task_queue
    async with old.worker(deployment=name, build_id="old"):
        await set_current(await old.connection(), name, "old", 30)
        runs = [await old.workflows.start(word) for word in ("pinned", "auto_upgrade")]
        before = await old.action.run("act")
        async with new.worker(deployment=name, build_id="new"):
            acted = await new.action.run("act"), await new.action.run("act", idempotency_key="k")
            eager = await new.workflows.start("auto_upgrade")
            await eager.approve("go")
            meanwhile = *acted, await eager.result()
            moved = await dosdk(old, "deployments", "current", name, "new")
            listed = await dosdk(old, "deployments", "list", "--json")
            after = await old.action.run("act"), await old.action.run("act", idempotency_key="k2")
            for run in runs:
                await run.approve("go")
            results = [await run.result() for run in runs]
    assert moved.out == f"runs of deployment {name} go to build new\n"
    (deployment,) = [one for one in json.loads(listed.out) if one["name"] == name]
    states = {build["id"]: build["state"] for build in deployment["builds"]}
    assert (deployment["current"], states) == ("new", {"old": "draining", "new": "current"})
    assert (before, meanwhile, after) == ("old", ("old", "old", ["old", "old"]), ("new", "new"))
    assert results == [["old", "old"], ["new", "new"]]


async def test_a_build_that_is_ramped_up(old_and_new: tuple[TestDo, TestDo]) -> None:
    """A part of the runs goes to it: all at 100, none at 0; what is no part is refused."""
    old, new = old_and_new
    name, connection = old.settings.task_queue, await old.connection()
    gave = []

    async def look() -> None:
        found = await find_deployment(connection, name)
        run = await old.workflows.start("pinned")
        await run.approve("go")
        gave.append((found and found.ramping, found and found.percentage, await run.result()))

    async with old.worker(deployment=name, build_id="old"), new.worker(deployment=name, build_id="new"):
        await set_current(connection, name, "old", 30)
        ramped = await dosdk(old, "deployments", "ramp", name, "new", "--percentage", "100")
        await look()
        await set_ramping(connection, name, "new", 0, 0)
        await look()
        with pytest.raises(InputError) as refused:
            await set_ramping(connection, name, "new", 101, 0)
    assert ramped.out == f"100 % of the runs of deployment {name} go to build new\n"
    assert gave == [("new", 100, ["new", "new"]), ("new", 0, ["old", "old"])]
    assert str(refused.value) == "percentage=101 is a part of the runs: 0 to 100"


class _NeverSettled:
    """A server that takes what is set, and never says that all its task queues know: temporalio/temporal, issue 11842."""

    async def set_worker_deployment_current_version(self, request: Any) -> None:
        self.current = request.build_id

    async def describe_worker_deployment(self, request: Any) -> DescribeWorkerDeploymentResponse:
        under_way = RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS
        info = WorkerDeploymentInfo(name=request.deployment_name, routing_config_update_state=under_way)
        return DescribeWorkerDeploymentResponse(worker_deployment_info=info)


async def test_a_server_that_never_says_that_all_know(
    do: TestDo, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The command ends all the same, and says what is not known; no server can be made to be so, so one is played."""
    connection, server = await do.connection(), _NeverSettled()
    played = SimpleNamespace(workflow_service=server, namespace="default", identity="me")
    monkeypatch.setattr(deployments, "_SETTLING", 0)
    await set_current(replace(connection, client=played), "orders", "two", 0)  # type: ignore[arg-type] # the part it asks
    assert server.current == "two"
    assert [record.message for record in caplog.records if record.name == "dosdk_temporal"] == [
        (
            "the server has taken that build two of deployment orders is current, but has not said within 0 s that all its task "
            "queues know: runs may still go elsewhere; see where the next ones go before you stop other builds"
        )
    ]


async def test_a_build_that_nobody_has(do: TestDo) -> None:
    """A build whose workers never asked for work cannot be current: the error says how to start one, and which there are."""
    name, connection = do.settings.task_queue, await do.connection()
    told = []
    for options in ({}, {"deployment": name, "build_id": "one"}):
        async with do.worker(**options):
            while options and not await find_deployment(connection, name):  # noqa: ASYNC110 - it is the server that knows
                await asyncio.sleep(0.05)
            with pytest.raises(NotFoundError) as refused:
                await set_current(connection, name, "nope", 0)
            told.append(str(refused.value))
    start = f"start one with 'dosdk worker MODULE --deployment {name} --build-id nope'"
    nobody = f"no worker of build nope of deployment {name} has asked for work"
    assert told == [f"{nobody}: {start}", f"{nobody}; there is one: {start}"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"build_id": "1"}, "deployment=None is no deployment's name: write letters, digits, - and _, like 'orders'"),
        ({"deployment": ""}, "deployment='' is no deployment's name"),
        ({"deployment": "a.b", "build_id": "1"}, "deployment='a.b' is no deployment's name"),
        (
            {"deployment": "a", "build_id": "one two"},
            "build_id='one two' is no build id: write letters, digits, and any of . _ + -",
        ),
        (
            {"deployment": "a"},
            "there is no git commit here to take the build id from: give one, as --build-id 2027-01-31",
        ),
    ],
)
def test_what_is_no_deployment(
    do: TestDo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], text: str
) -> None:
    """A name or build id that cannot be one, and none at all outside of git, are refused when the worker is made."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DefinitionError) as refused:
        do.worker(**options)
    assert str(refused.value).startswith(text)


def test_the_build_id_is_the_commit(do: TestDo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Left out, the build id is the commit's, of a tree that is what the commit says."""
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True)  # noqa: S603, S607
        return done.stdout.strip()

    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    (tmp_path / "flows.py").write_text("# as it is\n")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    commit = git("rev-parse", "--short", "HEAD")
    deployment = do.worker(deployment="orders")._deployment
    assert deployment is not None
    assert (deployment.name, deployment.build_id) == ("orders", commit)
    (tmp_path / "flows.py").write_text("# changed\n")
    with pytest.raises(DefinitionError, match=f"the working tree is not what commit {commit} says"):
        do.worker(deployment="orders")


@pytest.mark.parametrize("word", ["", "auto", None, 1])
def test_what_is_no_versioning(do: TestDo, word: Any) -> None:
    """``versioning=`` is one of two words."""

    async def handler(trigger: Trigger) -> None:
        del trigger

    with pytest.raises(DefinitionError) as refused:
        do.workflow.create(name="w", handler=handler, versioning=word)
    assert str(refused.value) == (
        f"versioning={word!r} of workflow 'w' is neither 'pinned' (its runs stay with the build that began them) "
        "nor 'auto_upgrade' (they move to the current one)"
    )
