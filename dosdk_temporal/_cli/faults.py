"""Outside: what goes wrong, as one line on standard error and an exit status."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from typing import Any

import typer

from dosdk_temporal._cli.groups import USAGE
from dosdk_temporal.errors import ActionError, DoError

__all__ = ["complain", "report"]


def report(error: BaseException) -> int:
    """Say on standard error what went wrong and what to do.

    Returns:
        The exit status that belongs to it.
    """
    if os.environ.get("DO_DEBUG", "") not in {"", "0"}:
        traceback.print_exception(error)
    if isinstance(error, USAGE):
        complain(_usage(error))
        return 2
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return 130
    if isinstance(error, BrokenPipeError) or isinstance(error.__context__, BrokenPipeError):
        # Who read the output has gone, as in 'dosdk list | head', and nobody is left to be told. Rich makes it a SystemExit.
        return 1
    complain(_worded(error))
    return 1


def complain(message: str, kind: str = "error") -> None:
    """Write one line to standard error."""
    line = " | ".join(part.strip() for part in message.splitlines() if part.strip())
    with suppress(OSError):
        sys.stderr.write(f"dosdk: {kind}: {line}\n")
        sys.stderr.flush()


def _worded(error: BaseException) -> str:
    if isinstance(error, ActionError) and error.action and error.action not in error.message:
        return _action(error)
    if isinstance(error, DoError):
        return str(error)
    if isinstance(error, SystemExit):
        return f"a module ended the program while it was imported ({error.code}): use if __name__ == '__main__'"
    return f"unexpected {type(error).__name__}: {error} (run it again with DO_DEBUG=1 for the traceback)"


def _action(error: ActionError) -> str:
    # The error of an action called alone is the handler's own, message and all: here nothing else says whose it is.
    after = "" if not error.attempts else f" after {error.attempts} attempt{'s' if error.attempts > 1 else ''}"
    return f"action {error.action!r} failed{after}: {error.type}: {error.message}"


def _usage(error: Any) -> str:
    # Typer has pydantic check what is given, whose errors begin with words that tell a user nothing.
    message = str(error.format_message()).strip().rstrip(".").replace(": Value error, ", ": ", 1)
    command = error.ctx.command_path if error.ctx is not None else "dosdk"
    return f"{message}: '{command} --help' shows what fits"
