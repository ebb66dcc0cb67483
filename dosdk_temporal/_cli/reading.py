"""Outside: the value of ``--input`` and its like."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import typer

__all__ = ["read_input", "read_mapping"]

_EXAMPLE = """'{"email": "ada@example.com"}'"""


def read_input(given: str | None, option: str = "--input") -> Any:
    """The value of JSON text, of ``@file``, or of standard input for ``-``; None where nothing was given.

    Args:
        given: what stands after the option.
        option: its name, for messages.

    Raises:
        typer.BadParameter: when there is no such file, or it is not JSON.
    """
    if given is None:
        return None
    text, place = _text(given, option)
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except ValueError as error:
        advice = "" if place else f"; quote it for the shell, as in {option} {_EXAMPLE}"
        raise typer.BadParameter(
            f"{place or repr(given[:60])} is not JSON ({error}){advice}", param_hint=option
        ) from None
    except RecursionError:
        raise typer.BadParameter(f"{place or repr(given[:60])} is nested too deeply", param_hint=option) from None


def read_mapping(given: str | None, option: str = "--input") -> Any:
    """The value of JSON text, of a file, or of standard input for ``-``; an empty mapping where nothing was given.

    What is meant is a mapping: what begins otherwise is the name of a file, which no ``@`` need tell.

    Args:
        given: what stands after the option.
        option: its name, for messages.

    Raises:
        typer.BadParameter: when there is no such file, or it is not JSON.
    """
    if given is None:
        return {}
    return read_input(given if given == "-" or given.startswith(("@", "{")) else f"@{given}", option)


def _text(given: str, option: str) -> tuple[str, str]:
    """The text, and where it is from; empty for the command line itself."""
    if given == "-":
        return sys.stdin.read(), "standard input"
    if not given.startswith("@"):
        return given, ""
    path = Path(given[1:])
    try:
        return path.read_text(encoding="utf-8"), f"the file {str(path)!r}"
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise typer.BadParameter(f"the file {str(path)!r} cannot be read: {reason}", param_hint=option) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
