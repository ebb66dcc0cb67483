"""The development server: what it keeps, and for whom."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client

from dosdk_temporal._server import EmbeddedServer, find_binary, server_version
from dosdk_temporal._wire.search_attributes import SEARCH_ATTRIBUTES
from dosdk_temporal.errors import ServerUnavailableError
from tests.live.server_facts import becomes, gone, retention, search_attributes


@pytest.fixture
def version() -> str:
    """The version of the server in the binary."""
    return server_version(find_binary())


async def test_data_survive_kill_nine(tmp_path: Path, version: str) -> None:
    """A run that was started before kill -9 is there after the next start, at the same address."""
    server = EmbeddedServer(data_dir=tmp_path, ui=False)
    async with server:
        address, first = server.address, server.pid
        await (await Client.connect(address)).start_workflow("Waiting", id="kept", task_queue="nobody")
        os.kill(first, signal.SIGKILL)
        await becomes(lambda: not server.running)
        await server.start()
        found = await (await Client.connect(server.address)).get_workflow_handle("kept").describe()
        assert (found.workflow_type, server.address, server.pid == first) == ("Waiting", address, False)
    with sqlite3.connect(tmp_path / f"temporal-{version}.db") as database:
        mode = database.execute("PRAGMA journal_mode").fetchone()
    database.close()
    assert mode == ("wal",)


async def test_a_stopped_server_comes_back_where_it_was() -> None:
    """Stop and start keep the ports that the system chose; stopping twice and starting twice do nothing."""
    server = EmbeddedServer()
    await server.start()
    before = (server.address, server.ui_url)
    pid = server.pid
    assert (await server.start()).pid == pid
    await server.stop()
    await server.stop()
    assert (server.running, gone(pid)) == (False, True)
    async with server:
        assert (server.address, server.ui_url) == before


async def test_an_older_file_gets_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file made before a search attribute was needed gets it, and a longer retention is left alone."""
    with monkeypatch.context() as older:
        fewer = {name: kind for name, kind in SEARCH_ATTRIBUTES.items() if name != "DoUntil"}
        older.setattr("dosdk_temporal._server.flags.SEARCH_ATTRIBUTES", fewer)
        older.setattr("dosdk_temporal._server.namespace.SEARCH_ATTRIBUTES", fewer)
        async with EmbeddedServer(data_dir=tmp_path, ui=False) as server:
            client = await Client.connect(server.address)
            assert await search_attributes(client) == fewer
            request = UpdateNamespaceRequest(namespace="default")
            request.config.workflow_execution_retention_ttl.FromTimedelta(timedelta(days=365))
            await client.workflow_service.update_namespace(request)
    async with EmbeddedServer(data_dir=tmp_path, ui=False) as server:
        client = await Client.connect(server.address)
        assert (await search_attributes(client), await retention(client)) == (
            SEARCH_ATTRIBUTES,
            timedelta(days=365),
        )


async def test_a_file_cut_short_is_set_aside(tmp_path: Path, version: str) -> None:
    """A file whose first server never became ready is kept under another name, and a new one is begun."""
    broken = tmp_path / f"temporal-{version}.db"
    broken.write_text("")
    broken.with_name(f"{broken.name}.unfinished").touch()
    async with EmbeddedServer(data_dir=tmp_path, ui=False):
        pass
    assert _files(tmp_path) == {
        f"broken-{broken.name}",
        broken.name,
        f"{broken.name}-shm",
        f"{broken.name}-wal",
    }


async def test_a_second_server_on_the_same_data_is_refused(tmp_path: Path) -> None:
    """The second server on a data directory is told which process has it, and where that answers."""
    async with EmbeddedServer(data_dir=tmp_path, ui=False) as first:
        with pytest.raises(ServerUnavailableError) as refused:
            await EmbeddedServer(data_dir=tmp_path, ui=False).start()
        assert str(refused.value) == (
            f"a development server already runs on the data in {tmp_path}: process {os.getpid()} serves it at "
            f"{first.address}. Connect to that address, "
            "stop that process, or start this one in a folder outside of this project"
        )


async def test_a_stale_lock_is_ignored(tmp_path: Path) -> None:
    """A lock file left by a process that is gone, even one whose id is in use again, stops nobody."""
    (tmp_path / "temporal-server.lock").write_text(json.dumps({"pid": os.getpid(), "address": "127.0.0.1:1"}))
    async with EmbeddedServer(data_dir=tmp_path, ui=False) as server:
        assert server.running


def _files(directory: Path) -> set[str]:
    return {path.name for path in directory.glob("*.db*")}
