"""The namespace job and the dynamic configuration against a real server."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml

from tests.deploy.programs import Done, run

ATTRIBUTES = {
    "DoWaiting": "INDEXED_VALUE_TYPE_KEYWORD_LIST",
    "DoApprovers": "INDEXED_VALUE_TYPE_KEYWORD_LIST",
    "DoUntil": "INDEXED_VALUE_TYPE_DATETIME",
}
NINETY_DAYS = f"{90 * 24 * 3600}s"


@dataclass(frozen=True)
class Server:
    """A development server and the client that speaks to it."""

    binary: Path
    script: Path
    home: Path
    address: str

    def _run(self, *command: str, **more: str) -> Done:
        path = f"{self.binary.parent}:/usr/bin:/bin"
        return run(
            *command, environment={"PATH": path, "HOME": str(self.home), "TEMPORAL_ADDRESS": self.address, **more}
        )

    def cli(self, *words: str) -> Done:
        """Run the client."""
        return self._run(str(self.binary), *words)

    def job(self, namespace: str, hours: int = 2160) -> Done:
        """Run the namespace job, as its container does."""
        return self._run("/bin/sh", str(self.script), TEMPORAL_NAMESPACE=namespace, RETENTION_HOURS=str(hours))

    def described(self, namespace: str) -> dict[str, Any]:
        """What the server says of a namespace."""
        found: dict[str, Any] = json.loads(
            self.cli("operator", "namespace", "describe", "-n", namespace, "-o", "json")[1]
        )
        return found

    def state(self, namespace: str) -> tuple[str, dict[str, str]]:
        """A namespace's retention and its search attributes."""
        listed = json.loads(self.cli("operator", "search-attribute", "list", "-n", namespace, "-o", "json")[1])
        retention = self.described(namespace)["config"]["workflowExecutionRetentionTtl"]
        return retention, listed.get("customAttributes", {})


def _binary() -> Path:
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = os.environ.get("TEMPORAL_CLI") or shutil.which("temporal", path=places)
    assert found, "no `temporal` binary: install the extra dev-server, or name one in TEMPORAL_CLI"
    return Path(found)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _dynamic_config(root: Path) -> dict[str, Any]:
    """The values of the mounted file, each without constraints: a development server's flags know none."""
    loaded = yaml.safe_load((root / "deploy/dynamicconfig.yaml").read_text(encoding="utf-8"))
    values = {name: entries[0]["value"] for name, entries in loaded.items()}
    assert loaded == {name: [{"value": value}] for name, value in values.items()}
    return values


@pytest.fixture(scope="module")
def server(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server in memory under the deployment's dynamic configuration, ended by its own handle."""
    home = tmp_path_factory.mktemp("server")
    made = Server(_binary(), root / "deploy/namespace.sh", home, f"127.0.0.1:{_free_port()}")
    _, _, port = made.address.partition(":")
    flags = [f"--dynamic-config-value={name}={json.dumps(value)}" for name, value in _dynamic_config(root).items()]
    command = [str(made.binary), "server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", port, *flags]
    with (
        (home / "log").open("w") as log,
        subprocess.Popen(  # noqa: S603 - the command is written out above
            command, stdout=log, stderr=subprocess.STDOUT, env={"HOME": str(home)}
        ) as process,
    ):
        try:
            give_up = time.monotonic() + 60
            while made.cli("operator", "cluster", "health", "--command-timeout", "5s")[0]:
                assert process.poll() is None, (home / "log").read_text()
                assert time.monotonic() < give_up, (home / "log").read_text()
            yield made
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def namespace(server: Server) -> str:
    """The name of a namespace that is not there yet."""
    return f"ns-{uuid4().hex[:12]}"


def test_a_fresh_server_is_prepared_and_a_second_run_changes_nothing(server: Server) -> None:
    """The default namespace, kept for a day by a fresh server, ends with 90 days and three attributes, also twice."""
    assert server.state("default") == ("86400s", {})
    for _ in ("first", "second"):
        status, said, wrong = server.job("default")
        assert (status, said.splitlines()[-1:], wrong) == (0, ["namespace: 'default' is ready"], "")
        assert server.state("default") == (NINETY_DAYS, ATTRIBUTES)


def test_a_namespace_of_any_other_name_is_made(server: Server, namespace: str) -> None:
    """A namespace that is not there is made, with the same retention and attributes."""
    status, _, wrong = server.job(namespace)
    assert (status, wrong) == (0, "")
    assert server.state(namespace) == (NINETY_DAYS, ATTRIBUTES)


def test_a_longer_retention_is_never_shortened(server: Server, namespace: str) -> None:
    """Closed runs that an operator keeps for longer are not deleted by a repeat, which says so."""
    server.job(namespace, hours=4000)
    status, said, wrong = server.job(namespace)
    assert (status, wrong) == (0, "")
    assert f"namespace: '{namespace}' keeps closed runs for 4000h; not lowered to 2160h\n" in said
    assert server.state(namespace) == (f"{4000 * 3600}s", ATTRIBUTES)


def test_an_attribute_of_another_type_is_refused(server: Server, namespace: str) -> None:
    """An attribute that exists with another type fails the job, names it and keeps its type."""
    server.cli("operator", "namespace", "create", "-n", namespace, "--retention", "24h")
    server.cli("operator", "search-attribute", "create", "-n", namespace, "--name=DoUntil", "--type=Keyword")
    status, _, wrong = server.job(namespace)
    assert status == 1
    assert "DoUntil already exists and has different type" in wrong
    assert server.state(namespace)[1] == {**ATTRIBUTES, "DoUntil": "INDEXED_VALUE_TYPE_KEYWORD"}


def test_attributes_that_are_there_in_part_are_completed(server: Server, namespace: str) -> None:
    """A job that was cut off between two attributes is finished by the next run."""
    server.cli("operator", "namespace", "create", "-n", namespace, "--retention", "24h")
    server.cli("operator", "search-attribute", "create", "-n", namespace, "--name=DoWaiting", "--type=KeywordList")
    status, _, wrong = server.job(namespace)
    assert (status, wrong) == (0, "")
    assert server.state(namespace) == (NINETY_DAYS, ATTRIBUTES)


def test_the_dynamic_configuration_gives_what_the_sdk_offers(server: Server) -> None:
    """Under the mounted values the server can pause a workflow and run an action alone."""
    capabilities = server.described("default")["namespaceInfo"]["capabilities"]
    offered = {name: capabilities.get(name) for name in ("workflowPause", "standaloneActivities")}
    assert offered == {"workflowPause": True, "standaloneActivities": True}
