"""The development server: it ends when it should, and never later than who started it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from asyncio.subprocess import Process
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from dosdk_temporal._server import EmbeddedServer
from tests.live.server_facts import becomes, gone, linux_only

PARENT = """
import asyncio, json, sys
from pathlib import Path
from dosdk_temporal._server import EmbeddedServer, probe, process

async def main(binding, data_dir):
    process.BINDING = binding
    server = await EmbeddedServer(data_dir=Path(data_dir), ui=False).start()
    try:
        print(json.dumps({"pid": server.pid, "address": server.address}), flush=True)
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(2.5)  # a worker drains: longer than a server that was told to end takes for it
        client = await probe.connect(int(server.address.split(":")[1]))
        print(json.dumps({"answers": await probe.serves(client)}), flush=True)
        await server.stop()

try:
    asyncio.run(main(*sys.argv[1:]))
except KeyboardInterrupt:
    sys.exit(130)
"""


async def test_a_cancelled_start_leaves_nothing(tmp_path: Path) -> None:
    """Cancelling a start kills the server and frees its data directory at once for the next."""
    start = asyncio.create_task(EmbeddedServer(data_dir=tmp_path, ui=False).start())
    await becomes((tmp_path / "temporal-server.log").exists)
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    async with EmbeddedServer(data_dir=tmp_path, ui=False) as server:
        assert server.running


async def test_the_thread_that_asked_may_end() -> None:
    """A server started from a thread that has ended, and on a loop that has closed, still serves and still stops."""
    server = EmbeddedServer(ui=False)
    thread = threading.Thread(target=lambda: asyncio.run(server.start()))
    thread.start()
    await becomes(lambda: not thread.is_alive())
    client = await Client.connect(server.address)
    assert await client.service_client.check_health()
    await server.stop()
    assert not server.running


@linux_only
@pytest.mark.parametrize("binding", ["kernel", "pipe"])
async def test_a_killed_parent_takes_the_server_along(binding: str, tmp_path: Path) -> None:
    """When the parent is killed with SIGKILL the server goes too, and the next one finds the data free and whole."""
    parent, facts = await _parent(binding, tmp_path)
    await (await Client.connect(facts["address"])).start_workflow("Waiting", id="kept", task_queue="nobody")
    parent.kill()
    await parent.communicate()
    async with EmbeddedServer(data_dir=tmp_path, ui=False) as server:
        assert gone(facts["pid"])
        found = await (await Client.connect(server.address)).get_workflow_handle("kept").describe()
        assert found.workflow_type == "Waiting"


@linux_only
@pytest.mark.parametrize("binding", ["kernel", "pipe"])
async def test_control_c_lets_the_parent_finish_first(binding: str, tmp_path: Path) -> None:
    """A Ctrl-C for the whole foreground group leaves the server serving until its parent stops it."""
    parent, facts = await _parent(binding, tmp_path)
    os.killpg(parent.pid, signal.SIGINT)
    output, _ = await parent.communicate()
    assert (json.loads(output), parent.returncode, gone(facts["pid"])) == ({"answers": True}, 130, True)


async def _parent(binding: str, data_dir: Path) -> tuple[Process, dict[str, Any]]:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT, binding, str(data_dir)),
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert parent.stdout is not None
    return parent, json.loads(await parent.stdout.readline())
