"""The command line: what --help says, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import typer.main

from dosdk_temporal import __version__
from dosdk_temporal._cli.app import app

COMMANDS = {
    "dev",
    "worker",
    "run",
    "action run",
    "emit",
    "status",
    "metrics",
    "audit",
    "list",
    "cancel",
    "terminate",
    "pause",
    "resume",
    "retry",
    "explain",
    "watch",
    "signal",
    "approvals",
    "approve",
    "reject",
    "resolve",
    "catalog",
    "validate",
    "schema",
    "graph",
    "plan",
    "simulate",
    "eval",
    "templates list",
    "templates show",
    "templates add",
    "replay",
    "deployments list",
    "deployments current",
    "deployments ramp",
    "doctor",
    "codec",
    "setup",
    "schedule",
    "schedules show",
    "schedules pause",
    "schedules unpause",
    "schedules trigger",
    "schedules backfill",
    "schedules delete",
    "datastore get",
    "datastore set",
    "datastore list",
    "datastore delete",
    "datastore history",
}
TEMPLATES = {"templates list", "templates show", "templates add"}
CONNECTING = COMMANDS - TEMPLATES - {"dev", "codec", "catalog", "validate", "schema", "plan", "simulate", "eval"}
TARGET = {"--address", "--namespace", "--task-queue", "--profile", "--api-key"}


def test_these_are_the_commands() -> None:
    """The commands are the documented ones, none more."""
    assert set(_commands()) == COMMANDS


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str) -> None:
    """Each command has a text with an example, an explanation of each option, and --json."""
    command = _commands()[name]
    options = [parameter for parameter in command.params if parameter.param_type_name == "option"]
    assert f"dosdk {name}" in command.help or name in {"setup", "status", "cancel", "terminate", "doctor", "list"}
    assert [option.name for option in options if not option.help] == []
    assert "--json" in _flags(command)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_commands_that_connect_say_where_to(name: str) -> None:
    """A command that talks to a server has the five options that say which; one that does not has none of them."""
    expected = TARGET if name in CONNECTING else ({"--task-queue"} if name == "dev" else set())
    assert _flags(_commands()[name]) & TARGET == expected


def test_help_loads_no_engine() -> None:
    """Asking for help imports neither temporalio nor what else is large: that is what keeps it quick."""
    done = _run("-X", "importtime", "-m", "dosdk_temporal", "--help")
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    large = {"temporalio", "google", "structlog", "sqlalchemy", "pydantic", "pydantic_core", "watchfiles", "httpx"}
    assert (done.returncode, loaded & large, "typer" in loaded) == (0, set(), True)


@pytest.mark.parametrize("group", [(), ("action",), ("datastore",)])
def test_nothing_asked_shows_the_help(group: tuple[str, ...]) -> None:
    """Without a command there is the help, and no error."""
    done = _run("-m", "dosdk_temporal", *group)
    assert (done.returncode, done.stderr, "Usage: dosdk" in done.stdout) == (0, "", True)


def test_the_version_is_the_packages() -> None:
    """--version names the version of the package."""
    done = _run("-m", "dosdk_temporal", "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"dosdk {__version__}\n", "")


def _commands() -> dict[str, Any]:
    root: Any = typer.main.get_command(app)
    top = {name: command for name, command in root.commands.items() if not hasattr(command, "commands")}
    groups = {name: command for name, command in root.commands.items() if name not in top}
    return top | {
        f"{group} {name}": command for group, held in groups.items() for name, command in held.commands.items()
    }


def _flags(command: Any) -> set[str]:
    return {flag for parameter in command.params for flag in parameter.opts}


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
