"""Outside: what commands write to standard output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["console", "document", "line", "progress_console", "tell"]

_WIDE = 1000


def document(value: Any) -> None:
    """Write one JSON document, indented."""
    _write(value, indent=2)


def line(value: Any) -> None:
    """Write one JSON document on one line."""
    _write(value, indent=None)


def tell(done: Any, sentence: str, *, as_json: bool) -> None:
    """Write what a command has done: a JSON document where that is asked for, else a sentence."""
    if as_json:
        document(done)
    else:
        console().print(sentence)


def console() -> Console:
    """Where people read results: standard output, in colour where it is a terminal."""
    return _console(sys.stdout)


def progress_console() -> Console:
    """Where people watch: standard error, so that what a pipe gets is the result alone."""
    return _console(sys.stderr)


def _console(stream: Any) -> Console:
    from rich.console import Console  # noqa: PLC0415 - 50 ms that --json need not cost

    # Into a pipe or a file nothing is folded: one fact stays on one line, to be searched for.
    width = None if stream.isatty() else _WIDE
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


def _write(value: Any, indent: int | None) -> None:
    from pydantic_core import to_json  # noqa: PLC0415 - only where it is asked for

    sys.stdout.flush()
    # Bytes, because JSON is UTF-8 whatever the terminal's encoding says.
    sys.stdout.buffer.write(to_json(value, indent=indent, inf_nan_mode="null") + b"\n")
    sys.stdout.buffer.flush()
