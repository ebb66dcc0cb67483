"""Outside: the entry point of ``dosdk``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

from dosdk_temporal._cli.app import app
from dosdk_temporal._cli.faults import report
from dosdk_temporal._worker.leaving import leave

__all__ = ["main", "run"]


def main() -> NoReturn:
    """Run the command line and end the process with its status."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign is no reason to fail over it.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    leave(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: what follows ``dosdk``.

    Returns:
        The exit status: 0, 1 for an error, 2 for wrong usage, 130 after Ctrl-C.
    """
    try:
        status = app(list(arguments), prog_name="dosdk", standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 - the outermost frame: whatever comes becomes one line and a status
        return report(error)
    return status if isinstance(status, int) else 0
