"""``python -m fuzz.expressions``: random expressions, here and in a JavaScript engine; ends with status 1 at a difference."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fuzz.oracle import Engine, Outcome, ours
from fuzz.programs import Programs

__all__ = ["Difference", "Report", "compare"]

_EACH_SCOPE: Final = 10
"""Expressions that are tried with the same values."""

_SHOWN: Final = 10


@dataclass(frozen=True)
class Difference:
    """An expression that is something else here than in JavaScript."""

    text: str
    scope: Mapping[str, Any]
    here: Outcome
    there: Outcome


@dataclass
class Report:
    """What was tried.

    Attributes:
        outcomes: how many programs were a ``value``, an ``error``, a ``syntax`` error, or ``refused``: JavaScript, but not
            of the language.
        differences: those that were not the same.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)


def compare(count: int, seed: int) -> Report:
    """Try ``count`` expressions, and half as many rows of tokens."""
    programs, engine, report = Programs(seed), Engine(), Report()
    scope: dict[str, Any] = {}
    for number in range(count):
        if number % _EACH_SCOPE == 0:
            scope = programs.scope()
        _try(programs.expression(), scope, engine, report)
        if number % 2:
            _try(programs.tokens(), scope, engine, report, may_refuse=True)
    return report


def _try(text: str, scope: Mapping[str, Any], engine: Engine, report: Report, *, may_refuse: bool = False) -> None:
    here, there = ours(text, scope), engine.outcome(text, scope)
    if may_refuse and here[0] == "syntax" and there[0] != "syntax":
        report.outcomes["refused"] += 1
        return
    report.outcomes[here[0]] += 1
    if here != there:
        report.differences.append(Difference(text, scope, here, there))


def main(arguments: Sequence[str]) -> int:
    """Compare, and print the counts.

    Returns:
        0 where there was no difference.
    """
    parser = argparse.ArgumentParser(prog="python -m fuzz.expressions", description=__doc__)
    parser.add_argument("--count", type=int, default=200_000, help="expressions to try (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives others (default: %(default)s)")
    given = parser.parse_args(arguments)
    report = compare(given.count, given.seed)
    for difference in report.differences[:_SHOWN]:
        print(f"{difference.text!r}\n  scope {difference.scope}\n  here  {difference.here}\n  there {difference.there}")
    counts = ", ".join(f"{number:,} {kind}" for kind, number in sorted(report.outcomes.items()))
    print(f"{report.outcomes.total():,} programs against QuickJS ({counts}): {len(report.differences):,} differences")
    return 1 if report.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
