"""Decisions across processes and restarts, and from Temporal's own command line and Web UI."""

from __future__ import annotations

import asyncio
import base64
import http.cookiejar
import json
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from dosdk_temporal import Do, Execution
from dosdk_temporal._server import EmbeddedServer, find_binary
from tests.faults.people import deeds_table, written
from tests.live.waiting_facts import waits_for
from tests.live.worker_programs.launch import HERE, Program, worker


@pytest.fixture
def deeds(tmp_path: Path) -> Path:
    """Where the decisions are written down."""
    path = tmp_path / "deeds.db"
    deeds_table(path)
    return path


async def asked(server: EmbeddedServer, queue: str, **options: Any) -> Execution:
    """A run that waits for ann, asked for by a client that is closed again."""
    async with Do(address=server.address, task_queue=queue) as do:
        execution = await do.workflows.start("asks-a-person", {"who": "ann"}, **options)
        await waits_for(execution, "manager")
    return execution


async def outcome(server: EmbeddedServer, queue: str, execution_id: str) -> list[Any]:
    """The run's result, asked for by another client."""
    async with Do(address=server.address, task_queue=queue) as do:
        result: list[Any] = await do.workflows.get(execution_id).result()
    return result


async def test_everything_is_stopped_during_the_wait(tmp_path: Path, deeds: Path) -> None:
    """Worker, client and server end while a run waits; started again, a program that knows its id decides it, once."""
    queue, run = str(uuid4()), f"order-{uuid4()}"
    server = EmbeddedServer(data_dir=tmp_path / "server", ui=False)
    environment = {"DEEDS": str(deeds), "DO_DATASTORE_URL": f"sqlite:///{tmp_path / 'data.db'}"}
    async with server, worker(server.address, queue, "people.py", **environment):
        await asked(server, queue, id=run)
    assert server.running is False
    async with server:
        async with Program(str(HERE / "decide.py"), run, "ann", TEMPORAL_ADDRESS=server.address) as early:
            assert await early.ends() == 0
        assert early.printed == ["sent None ann"]
        async with worker(server.address, queue, "people.py", **environment):
            assert await outcome(server, queue, run) == [True, "ann", "from afar"]
        async with Program(str(HERE / "decide.py"), run, "ann", TEMPORAL_ADDRESS=server.address) as again:
            assert await again.ends() == 0
        assert again.printed == ["decided manager ann"]
    assert written(deeds) == [(run, "ann", 1)]


async def test_from_the_web_ui_and_the_command_line(tmp_path: Path, deeds: Path) -> None:
    """The signal form of Temporal's Web UI and ``temporal workflow signal`` decide, by name and by body, and are checked."""
    queue = str(uuid4())
    environment = {"DEEDS": str(deeds), "DO_DATASTORE_URL": f"sqlite:///{tmp_path / 'data.db'}"}
    async with EmbeddedServer() as server, worker(server.address, queue, "people.py", **environment):
        first, second = await asked(server, queue), await asked(server, queue)
        run = {"workflowId": second.id, "runId": (await second.status()).run_id}
        await signal_from_command_line(server, first.id, "approve", {"by": "mal"})
        await signal_from_command_line(server, first.id, "approve", {"name": "manager", "by": "ann", "comment": "cli"})
        await asyncio.to_thread(signal_from_web_ui, server, run, "reject", {"by": "ann", "comment": "ui"})
        assert await outcome(server, queue, first.id) == [True, "ann", "cli"]
        assert await outcome(server, queue, second.id) == [False, "ann", "ui"]
    assert sorted(written(deeds)) == sorted([(first.id, "ann", 1), (second.id, "ann", 0)])


async def signal_from_command_line(server: EmbeddedServer, run: str, name: str, body: dict[str, str]) -> None:
    """As a person types it."""
    typed = ("workflow", "signal", "--workflow-id", run, "--name", name, "--input", json.dumps(body))
    command = await asyncio.create_subprocess_exec(find_binary(), *typed, "--address", server.address)
    assert await command.wait() == 0


def signal_from_web_ui(server: EmbeddedServer, run: dict[str, str], name: str, body: dict[str, str]) -> None:
    """What the form of Web UI 2.54 sends, as its script reads: a payload in base64, and the token that its cookie asks for."""
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    with browser.open(f"{server.ui_url}/api/v1/settings") as answer:
        assert answer.status == 200
    payload = {"metadata": {"encoding": _base64("json/plain")}, "data": _base64(json.dumps(body))}
    form = {"signalName": name, "workflowExecution": run, "input": {"payloads": [payload]}}
    request = urllib.request.Request(  # noqa: S310 - an address of this host
        f"{server.ui_url}/api/v1/namespaces/default/workflows/{quote(run['workflowId'], safe='')}/signal/{name}",
        json.dumps(form).encode(),
        {"Content-Type": "application/json", "X-CSRF-TOKEN": next((cookie.value or "" for cookie in cookies), "")},
    )
    with browser.open(request) as answer:
        assert answer.status == 200


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
