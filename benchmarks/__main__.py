"""Outside: ``python -m benchmarks``: measure, show the table, and end with status 1 where a bound was missed."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Mapping, Sequence
from typing import Final, Protocol

from rich.console import Console

from benchmarks import actions, crowd, datastore, definitions, expressions, imports, latency, replay, validation
from benchmarks.figures import Figure
from benchmarks.table import table

_WIDTH: Final = 140
"""Columns of a table that goes to a file or a pipe."""


class _Measure(Protocol):
    def __call__(self, *, quick: bool) -> Awaitable[list[Figure]]: ...


MEASUREMENTS: Final[Mapping[str, _Measure]] = {
    "imports": imports.measure,
    "actions": actions.measure,
    "replay": replay.measure,
    "latency": latency.measure,
    "crowd": crowd.measure,
    "datastore": datastore.measure,
    "definitions": definitions.measure,
    "expressions": expressions.measure,
    "validation": validation.measure,
}


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for.

    Returns:
        0 where all bounds were kept, 1 where one was missed.
    """
    given = _parse(arguments)
    figures: list[Figure] = []
    for name in given.names or MEASUREMENTS:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        measured = asyncio.run(_measure(name, quick=given.quick))
        figures += measured
        if not given.json:
            _show(measured)
    if given.json:
        print(json.dumps([figure.as_json() for figure in figures], indent=2, ensure_ascii=False))
    return 1 if any(figure.missed for figure in figures) else 0


def _show(figures: Sequence[Figure]) -> None:
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table(figures))
    sys.stdout.flush()  # a long measurement follows, and whoever reads this from a pipe wants to see it


async def _measure(name: str, *, quick: bool) -> list[Figure]:
    return await MEASUREMENTS[name](quick=quick)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="What the SDK costs, as ratios.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these of {', '.join(MEASUREMENTS)}")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: a look, not a judgement")
    parser.add_argument("--json", action="store_true", help="figures as JSON on standard output")
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.names) - set(MEASUREMENTS))
    if unknown:
        parser.error(f"no measurement is called {', '.join(unknown)}: there are {', '.join(MEASUREMENTS)}")
    return given


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # a program that was connected can crash in the interpreter's own clean-up, after all its output
