"""``dosdk setup`` and ``dosdk doctor`` against a real server, with namespaces that lack things."""

from __future__ import annotations

import json
import platform
import re
import socket
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client

from dosdk_temporal import DefinitionError, __version__
from dosdk_temporal._client.settings import Settings
from dosdk_temporal._server import find_binary, server_version
from dosdk_temporal._server.ports import free_ports
from dosdk_temporal.testing import TestDo
from tests.live.command_line import Said, alone, dosdk

KEYWORD_LIST = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST
KEPT = ["search attribute DoApprovers", "search attribute DoUntil", "search attribute DoWaiting"]
KEY = "sk-never-shown"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory without a project, and so without a database."""
    monkeypatch.chdir(tmp_path)


async def test_a_bare_namespace_is_set_up_once(do: TestDo, bare: str) -> None:
    """The first set-up registers and keeps longer, and says so; the second finds nothing to change."""
    first, second = await _setup(do, bare), await _setup(do, bare)
    assert (first.status, first.json, first.err) == (
        0,
        {
            "changed": [
                "search attribute DoApprovers (KeywordList) registered",
                "search attribute DoUntil (Datetime) registered",
                "search attribute DoWaiting (KeywordList) registered",
                "closed runs are kept for 90 days, not 1",
            ],
            "kept": [],
            "without": [],
            "left": [],
        },
        "",
    )
    assert (second.status, second.json) == (
        0,
        {"changed": [], "kept": [*KEPT, "closed runs are kept for 90 days"], "without": [], "left": []},
    )
    plain = await dosdk(do, "setup", "--namespace", bare)
    assert plain.out.splitlines() == [f"kept     {text}" for text in (*KEPT, "closed runs are kept for 90 days")]


async def test_what_cannot_be_registered_is_named(do: TestDo, bare: str) -> None:
    """Where the namespace has no room, or the name with another type, set-up says what does without, and does the rest."""
    client = await Client.connect(do.settings.address)
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=bare,
            search_attributes={
                "DoUntil": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
                **{f"Own{number}": KEYWORD_LIST for number in range(2)},
            },
        )
    )
    said = await _setup(do, bare)
    without = [text.partition(" (")[0] for text in said.json["without"]]
    assert (said.status, said.json["changed"], without) == (
        0,
        [
            "search attribute DoApprovers (KeywordList) registered",
            "closed runs are kept for 90 days, not 1",
        ],
        [
            (
                "search attribute DoUntil has the type Keyword: finding waits by when they end does without; "
                "remove it and repeat"
            ),
            "search attribute DoWaiting cannot be registered",
        ],
    )
    assert said.json["without"][1].endswith("): finding runs by what they wait for does without")


async def test_doctor_finds_a_prepared_namespace_well(do: TestDo) -> None:
    """With a worker and everything set up each line is ok, and the status is 0."""
    async with do.worker():
        said = await dosdk(do, "doctor", "--json")
    told = json.loads(re.sub(r"\d+ s ago", "<length> ago", said.out))
    assert (said.status, told, said.err) == (
        0,
        {
            "ok": True,
            "checks": [
                *_target(do, "default", key="not set"),
                _check("server", f"Temporal {server_version(find_binary())}"),
                _check("single actions", "run without a workflow"),
                _check(
                    "workers",
                    f"one asked task queue '{do.settings.task_queue}' for work <length> ago; while there is none, "
                    "it asks once a minute",
                ),
                _check("search attributes", "DoApprovers, DoUntil, DoWaiting"),
                _check("retention", "closed runs are kept for 90 days"),
                _check("database", f"{_here()}, made at its first use"),
            ],
        },
        "",
    )


async def test_doctor_says_what_to_do(do: TestDo, bare: str) -> None:
    """What is missing is a warning with what to do, which is no failure; the key is said to be set, and not shown."""
    said = await dosdk(do, "doctor", "--namespace", bare, "--json", DO_API_KEY=KEY)
    missing = "DoApprovers (finding approvals by who may decide); DoUntil (finding waits by when they end)"
    assert (said.status, json.loads(said.out)["checks"]) == (
        0,
        [
            *_target(do, bare, key="set"),
            _check("server", f"Temporal {server_version(find_binary())}"),
            _check("single actions", "run without a workflow"),
            _warning(
                "workers",
                f"no worker has asked task queue '{do.settings.task_queue}' for work in the last minute",
                "start one with 'dosdk worker MODULE'; until then what is started waits",
            ),
            _warning(
                "search attributes",
                f"missing: {missing}; DoWaiting (finding runs by what they wait for)",
                "run 'dosdk setup'",
            ),
            _warning(
                "retention",
                "closed runs are kept for 1 days",
                "run 'dosdk setup' for 90 days: status and audit last no longer",
            ),
            _check("database", f"{_here()}, made at its first use"),
        ],
    )
    assert KEY not in said.out + said.err


async def test_doctor_without_a_server_is_broken() -> None:
    """Where no server answers, doctor shows what it tried, says so in one line, and its status is 1."""
    (port,) = free_ports(1)
    said = await alone("doctor", "--address", f"127.0.0.1:{port}")
    lines = [line.split()[:2] for line in said.out.splitlines()]
    assert (said.status, lines[:6]) == (
        1,
        [
            ["ok", "versions"],
            ["ok", "target"],
            ["ok", "tls"],
            ["ok", "api"],
            ["ok", "encryption"],
            ["broken", "server"],
        ],
    )
    assert said.err.startswith(f"dosdk: error: server: no Temporal server answers at 127.0.0.1:{port}: start one")
    assert said.err.count("\n") == 1


async def test_doctor_warns_of_a_key_in_the_clear() -> None:
    """A key for a server elsewhere without TLS is a warning with what to do."""
    said = await alone("doctor", "--address", "192.0.2.1:7233", "--json", DO_API_KEY=KEY)
    assert json.loads(said.out)["checks"][2] == _warning(
        "tls",
        "off: the API key travels in the clear",
        "write the address as https://host:port, or give the profile TLS",
    )


async def test_a_configuration_that_cannot_be_read_is_broken() -> None:
    """A configuration that names what does not exist is one broken line, and its status is 1."""
    with pytest.raises(DefinitionError) as refused:
        Settings.resolve(environ={"TEMPORAL_CONFIG_FILE": "no.toml"})
    said = await alone("doctor", "--json", TEMPORAL_CONFIG_FILE="no.toml")
    assert (said.status, json.loads(said.out)["checks"][1:]) == (
        1,
        [
            {
                "name": "settings",
                "state": "broken",
                "found": str(refused.value),
                "advice": "correct the configuration and repeat",
            }
        ],
    )


def _here() -> str:
    """The address of the working directory's own database, as each host would need it."""
    return f"sqlite:///{Path.cwd() / '.dosdk' / 'datastore.db'} on the host {socket.gethostname()}"


def _target(do: TestDo, namespace: str, *, key: str) -> list[dict[str, Any]]:
    settings = do.settings
    return [
        _check(
            "versions", f"Python {platform.python_version()}, dosdk {__version__}, temporalio {version('temporalio')}"
        ),
        _check("target", f"{settings.address}, namespace {namespace}, task queue {settings.task_queue}"),
        _check("tls", "off"),
        _check("api key", key),
        _check("encryption", "off: the server stores values in the clear; DO_ENCRYPTION_KEY turns it on"),
    ]


def _check(name: str, found: str) -> dict[str, str]:
    return {"name": name, "state": "ok", "found": found, "advice": ""}


def _warning(name: str, found: str, advice: str) -> dict[str, str]:
    return {"name": name, "state": "warning", "found": found, "advice": advice}


async def _setup(do: TestDo, namespace: str) -> Said:
    return await dosdk(do, "setup", "--namespace", namespace, "--json")
