"""The development server: what it serves."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from temporalio import workflow
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, GetSystemInfoRequest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from dosdk_temporal._server import EmbeddedServer, find_binary, server_version
from dosdk_temporal._server.flags import DYNAMIC_CONFIG, SQLITE_PRAGMAS
from dosdk_temporal._server.holder import Listener, listeners
from dosdk_temporal._wire.search_attributes import SEARCH_ATTRIBUTES
from tests.live.server_facts import PROC, becomes, linux_only, retention, search_attributes


@workflow.defn
class Week:
    """Sleeps for a week."""

    @workflow.run
    async def run(self) -> str:
        """Sleep, then say so."""
        await workflow.sleep(timedelta(days=7))
        return "rested"


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[EmbeddedServer]:
    """One server in memory, for the tests that only look."""
    async with EmbeddedServer() as running:
        yield running


@pytest.fixture
async def client(server: EmbeddedServer) -> Client:
    """A client of that server."""
    return await Client.connect(server.address)


async def test_it_answers_where_it_says(server: EmbeddedServer, client: Client) -> None:
    """A started server answers a client at its address, with the version its binary has."""
    info = await client.service_client.check_health()
    said = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    assert (info, said.server_version, server.running) == (True, server_version(find_binary()), True)


async def test_its_web_ui_is_there(server: EmbeddedServer) -> None:
    """The Web UI answers at its URL as soon as the start is over, and asks nobody for news."""
    async with httpx.AsyncClient(base_url=str(server.ui_url)) as web:
        page, settings = await web.get("/"), await web.get("/api/v1/settings")
    assert (page.status_code, settings.json()["DisableNewsFetch"]) == (200, True)


async def test_closed_runs_are_kept_for_ninety_days(client: Client) -> None:
    """The default namespace keeps closed runs for 90 days."""
    assert await retention(client) == timedelta(days=90)


async def test_search_attributes_are_registered(client: Client) -> None:
    """The search attributes of waiting runs are there with their types."""
    assert await search_attributes(client) == SEARCH_ATTRIBUTES


async def test_a_week_is_skipped(client: Client) -> None:
    """A workflow that sleeps for seven days ends within the test, because the server skips time."""
    skipping = TimeSkipper(client).client
    async with Worker(skipping, task_queue="week", workflows=[Week], workflow_runner=UnsandboxedWorkflowRunner()):
        assert await skipping.execute_workflow(Week.run, id="week", task_queue="week") == "rested"


async def test_runs_can_be_paused(client: Client) -> None:
    """The server says that it can pause runs and execute activities on their own."""
    found = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
    can = found.namespace_info.capabilities
    assert (can.workflow_pause, can.standalone_activities) == (True, True)


@linux_only
async def test_nothing_listens_beyond_this_machine(server: EmbeddedServer) -> None:
    """Every socket the server listens on is bound to 127.0.0.1, and the two it names are among them."""
    found = [listener for listener in _all_listeners() if listener.inode in _sockets(server.pid)]
    named = {int(url.rpartition(":")[2]) for url in (server.address, str(server.ui_url))}
    assert ({listener.host for listener in found}, named - {listener.port for listener in found}) == (
        {"127.0.0.1"},
        set(),
    )


async def test_every_setting_is_one_that_the_server_reads(tmp_path: Path) -> None:
    """Each dynamic setting, given a value of a wrong type, is complained about: a mistyped key would be ignored."""
    wrong = [flag for key in DYNAMIC_CONFIG for flag in ("--dynamic-config-value", f"{key}=[1]")]
    async with EmbeddedServer(data_dir=tmp_path, extra_flags=wrong, ui=False) as server:
        client = await Client.connect(server.address)
        with suppress(RPCError):  # with the setting spoilt the server refuses to skip time, which reads it
            await TimeSkipper(client).client.start_workflow("Nobody", id="nobody", task_queue="nobody")
        await client.start_workflow("Nobody", id="anybody", task_queue="nobody")
        _ = [run async for run in client.list_workflows()]
        await becomes(lambda: _complaints(server) == {key.lower() for key in DYNAMIC_CONFIG})


async def test_every_flag_arrives(tmp_path: Path) -> None:
    """The journal's settings and the addresses are in the configuration that the server prints."""
    async with EmbeddedServer(data_dir=tmp_path, extra_flags=["--log-config"], ui=False) as server:
        text = (server.log_path or tmp_path).read_text()
    found = {name: value.strip('"') for name, value in re.findall(r"^\s*(\w+): *(\S+)$", text, re.MULTILINE)}
    assert {name: found.get(name) for name in SQLITE_PRAGMAS} == SQLITE_PRAGMAS
    assert set(re.findall(r"bindOnIP: *(\S+)", text)) == {"127.0.0.1"}


def _all_listeners() -> list[Listener]:
    tables = [(PROC / "net" / name).read_text() for name in ("tcp", "tcp6")]
    return [listener for table in tables for listener in listeners(table)]


def _sockets(pid: int) -> set[int]:
    links = [str(entry.readlink()) for entry in (PROC / str(pid) / "fd").iterdir()]
    return {int(link[8:-1]) for link in links if link.startswith("socket:[")}


def _complaints(server: EmbeddedServer) -> set[str]:
    assert server.log_path is not None
    said = server.log_path.read_text()
    return set(re.findall(r'msg="Failed to convert value, using default" key=(\S+)', said))
