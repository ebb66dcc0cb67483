"""The command line: wrong usage names the help of the very command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from dosdk_temporal._cli.app import app
from dosdk_temporal._cli.faults import report
from dosdk_temporal._cli.groups import USAGE

APP: Any = typer.main.get_command(app)


def commands(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """A command and all below it, each with its words."""
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, *path, name)


def misuses(command: Any) -> Iterator[tuple[str, str]]:
    """Wrong uses of a command's options, each with what is said of it."""
    for option in command.params:
        for name in [one for one in option.opts if one.startswith("--")]:
            if option.is_flag:
                yield f"{name}=5", f"Option '{name}' does not take a value"
            else:
                yield name, f"Option '{name}' requires an argument"
    yield "--zzz", "No such option: --zzz"


@pytest.mark.parametrize("path", [path for path, _ in commands(APP)], ids=lambda path: " ".join(path) or "dosdk")
def test_wrong_usage_names_the_commands_own_help(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each option of a command without the value that it needs, or with one that it does not take, and one there is not."""
    monkeypatch.delenv("DO_DEBUG", raising=False)
    command = " ".join(["dosdk", *path])
    wrong = dict(misuses(dict(commands(APP))[path]))
    said = {given: (*reported([*path, given]), *capsys.readouterr()) for given in wrong}
    assert said == {
        given: (2, "", f"dosdk: error: {told}: '{command} --help' shows what fits\n") for given, told in wrong.items()
    }


def reported(arguments: list[str]) -> list[int]:
    """The status of a command line that is wrong; to make the commands anew for each would take most of the time."""
    with pytest.raises(USAGE) as raised:
        APP.main(arguments, prog_name="dosdk", standalone_mode=False)
    return [report(raised.value)]
