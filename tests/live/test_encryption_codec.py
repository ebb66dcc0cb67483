"""What is encrypted, shown in plain by Temporal's own tools: the Web UI of ``dosdk dev``, and the ``temporal`` command."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from dosdk_temporal import Do, Registry, Trigger
from dosdk_temporal._server import find_binary
from tests.forked import DOSDK, ForkedProcess
from tests.live.command_line import alone, environment

KEY = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldyE"
INPUT = b'{"jam":"marmalade"}'


@asynccontextmanager
async def started(here: Path, *command: str) -> AsyncIterator[ForkedProcess]:
    """A command with a key, until it is asked to end."""
    process = await ForkedProcess.start([*DOSDK, *command, "--json"], cwd=here, env=environment(DO_ENCRYPTION_KEY=KEY))
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = await process.communicate()
    assert (process.returncode, err) == (0, b""), out


async def said(process: ForkedProcess) -> dict[str, Any]:
    """The next thing it says."""
    facts: dict[str, Any] = json.loads(await process.stdout.readline())
    return facts


async def shown(address: str, execution_id: str, *options: str) -> str:
    """A run's history, as the ``temporal`` command shows it."""
    command = [str(find_binary()), "workflow", "show", "--address", address, "-w", execution_id, "-o", "json", *options]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    return done.stdout


async def test_dev_shows_what_is_encrypted(tmp_path: Path) -> None:
    """With a key, dev tells its Web UI of a codec server, whose answers make Temporal's own tools show what was encrypted."""
    async with started(tmp_path, "dev", "--port", "0", "--ui-port", "0") as dev:
        server, codec = await said(dev), await said(dev)
        settings = await asyncio.to_thread(lambda: json.load(urlopen(f"{server['ui']}/api/v1/settings")))  # noqa: S310 - ours
        port = server["ui"].rpartition(":")[2]
        assert (codec, settings["Codec"]["Endpoint"]) == (
            {
                "event": "codec",
                "url": codec["url"],
                "origins": [f"http://127.0.0.1:{port}", f"http://localhost:{port}"],
            },
            codec["url"],
        )
        async with Do(address=server["address"], encryption_key=KEY, registry=Registry()) as do:

            @do.workflow.create(name="jams")
            async def jams(trigger: Trigger) -> None: ...

            run = await do.workflows.start("jams", json.loads(INPUT))
        by_itself = await shown(server["address"], run.id)
        with_codec = await shown(server["address"], run.id, "--codec-endpoint", codec["url"])
    assert [b64encode(INPUT).decode() in text for text in (by_itself, with_codec)] == [False, True]


async def test_codec_serves_until_it_is_asked_to_end(tmp_path: Path) -> None:
    """``dosdk codec`` says where it listens and which pages it answers."""
    async with started(tmp_path, "codec", "--port", "0", "--ui-origin", "https://Temporal.Example.com/") as codec:
        facts = await said(codec)
    assert facts == {"event": "codec", "url": facts["url"], "origins": ["https://temporal.example.com"]}
    assert facts["url"].startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("options", "key", "error"),
    [
        ((), "", "there is no key to decrypt with: set DO_ENCRYPTION_KEY, as your workers and clients have it"),
        (
            ("--ui-origin", "localhost:8233"),
            KEY,
            "'localhost:8233' is no origin of a web page: give it as in http://localhost:8233, without a path",
        ),
    ],
)
async def test_codec_refuses_what_it_cannot_do(options: tuple[str, ...], key: str, error: str) -> None:
    """Without a key, or with an origin that no page has, it does not start."""
    refused = await alone("codec", *options, DO_ENCRYPTION_KEY=key)
    assert (refused.status, refused.out, refused.err) == (1, "", f"dosdk: error: {error}\n")
