"""Outside: values that are given to commands: the value of ``--input`` and its like."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

import typer

__all__ = ["is_named_file", "read_input", "read_mapping"]

_EXAMPLE: Final = """'{"email": "ada@example.com"}'"""

_YAML: Final = (".yaml", ".yml")
_NAMED: Final = (".json", *_YAML)
"""How the name of a file ends that needs no ``@`` to be known as one: no JSON text ends so, but one in quotes."""


def read_input(given: str | None, option: str = "--input") -> Any:
    """The value of JSON text, of a file, or of standard input for ``-``; None where nothing was given.

    A file is named with its ``.json``, ``.yaml`` or ``.yml``; behind an ``@`` any name will do, and what does not end as YAML's
    is read as JSON.

    Args:
        given: what stands after the option.
        option: its name, for messages.

    Raises:
        typer.BadParameter: when it is none of these, or cannot be read.
    """
    if given is None:
        return None
    if given == "-":
        return _json(sys.stdin.read(), option, "standard input")
    if given.startswith("@") or is_named_file(given):
        return _in_file(Path(given.removeprefix("@")), option)
    return _json(given, option)


def read_mapping(given: str | None, option: str = "--input") -> Any:
    """As :func:`read_input`; an empty mapping where nothing was given."""
    return {} if given is None else read_input(given, option)


def is_named_file(given: str) -> bool:
    """Whether it is a file's name, by its end."""
    return given.lower().endswith(_NAMED)


def _json(text: str, option: str, place: str = "") -> Any:
    """The value of JSON text; ``place`` says where it is from, and is empty for the command line itself."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except ValueError as error:
        advice = "" if place else _advice(text, option)
        raise _wrong(option, f"{place or repr(text[:60])} is not JSON ({error}){advice}") from None
    except RecursionError:
        raise _wrong(option, f"{place or repr(text[:60])} is nested too deeply") from None


def _advice(text: str, option: str) -> str:
    """What to do about text that is no JSON: it was meant as a file's name, or the shell has taken its quotes."""
    if os.path.isfile(text):  # noqa: PTH113 - a text too long for a name is none, which pathlib raises for
        return f", but the name of a file: give it as @{text}"
    return f"; quote it for the shell, as in {option} {_EXAMPLE}, or name a file that ends in .json or .yaml"


def _in_file(path: Path, option: str) -> Any:
    place = f"the file {str(path)!r}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise _wrong(option, f"{place} cannot be read: {reason}") from None
    return _yaml(text, path, option) if path.suffix.lower() in _YAML else _json(text, option, place)


def _yaml(text: str, path: Path, option: str) -> Any:
    """As definitions are read: what YAML would convert behind the writer's back is refused, with its line."""
    from dosdk_temporal._pure.declarative.problems import Problems  # noqa: PLC0415 - here and below: JSON needs none of it
    from dosdk_temporal._pure.declarative.reading import read_document  # noqa: PLC0415

    if not text.strip():
        raise _wrong(option, f"the file {str(path)!r} holds nothing")
    problems = Problems()
    document, _ = read_document(text, str(path), problems)
    faults = [problem for problem in problems.located(document) if problem.severity == "error"]
    if faults:
        more = f"; and {len(faults) - 1} more" if len(faults) > 1 else ""
        raise _wrong(option, f"{faults[0].place}: {faults[0]}{more}")
    return document.value


def _wrong(option: str, message: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint=option)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
