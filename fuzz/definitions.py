"""``python -m fuzz.definitions``: texts that are no definitions, or nearly; ends with status 1 where one does harm.

What is tried: documents of every kind of step with characters, lines and values changed, random bytes, and values of strange
types in place of good ones. What is claimed of each: a list of faults and never an exception, in bounded time; what is accepted
is read again as it was written, and fits the schema that editors use.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, Final

from dosdk_temporal._pure.declarative.loading import Checked, check_definition_text
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.workflow_shape import published_schema
from fuzz.mutations import Mutations

__all__ = ["Harm", "Report", "search"]

_SHOWN: Final = 10


@dataclass(frozen=True)
class Harm:
    """A text, and what was wrong with what it gave."""

    given: Any
    reason: str


@dataclass
class Report:
    """What was tried.

    Attributes:
        outcomes: how many were ``accepted``, and how many were refused, by the code of the first error.
        harms: those that did what none may.
        slowest: the longest time that one took, in seconds of this process.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    harms: list[Harm] = field(default_factory=list)
    slowest: float = 0.0


def search(count: int, seed: int, seeds: Path) -> Report:
    """Try ``count`` texts and mappings made of the definitions in a folder."""
    mutations, report = Mutations(Random(seed), seeds), Report()  # noqa: S311 - chance, and the same again
    for _ in range(count):
        given, file = mutations.next()
        began = time.process_time()
        try:
            reason = _judge(given, file, report)
        except Exception as error:  # noqa: BLE001 - whatever comes is what is looked for
            reason = f"{type(error).__name__}: {error}"
        report.slowest = max(report.slowest, time.process_time() - began)
        if reason:
            report.harms.append(Harm(given, reason))
    return report


def _judge(given: Any, file: str, report: Report) -> str | None:
    checked = check_definition_text(given, file=file)
    errors = [problem for problem in checked.problems if problem.severity == "error"]
    report.outcomes[errors[0].code if errors else "accepted"] += 1
    if bool(errors) == (checked.definition is not None):
        return "it is accepted with errors, or refused without"
    for problem in checked.problems:
        if not isinstance(given, dict) and (problem.line is None or problem.line < 1 or (problem.column or 0) < 1):
            return f"a fault has no place: {problem}"
        if not problem.message or "\n" in problem.message or len(problem.message) > 1000:
            return f"a fault is no sentence: {problem.message[:200]!r}"
    return _judge_accepted(checked, checked.definition) if checked.definition else None


def _judge_accepted(checked: Checked, definition: Definition) -> str | None:
    if Definition.of(json.loads(definition.text)).text != definition.text:
        return "what was accepted is read again as something else"
    if not isinstance(checked.document.value, dict) or _is_python(checked.document.value):
        return None
    fault = next(_published().iter_errors(checked.document.value), None)
    return f"what was accepted is a fault to editors: {fault.message[:200]}" if fault else None


def _is_python(value: Any) -> bool:
    """Whether it holds what no file can: schemas of ``z``."""
    try:
        json.dumps(value)
    except TypeError:
        return True
    return False


@lru_cache(maxsize=1)
def _published() -> Any:
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    return Draft202012Validator(published_schema())


def main(arguments: Sequence[str]) -> int:
    """Search, and print the counts.

    Returns:
        0 where none did harm.
    """
    parser = argparse.ArgumentParser(prog="python -m fuzz.definitions", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="texts to try (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives others (default: %(default)s)")
    parser.add_argument(
        "--seeds", type=Path, default=Path("tests/unit/definitions"), help="the folder of definitions to begin with"
    )
    given = parser.parse_args(arguments)
    report = search(given.count, given.seed, given.seeds)
    for harm in report.harms[:_SHOWN]:
        print(f"{harm.reason}\n{harm.given!r}\n")
    kinds = ", ".join(f"{count:,} {code}" for code, count in report.outcomes.most_common())
    print(
        f"{given.count:,} definitions: {kinds}; the slowest took {report.slowest:.2f} s; {len(report.harms)} did harm"
    )
    return int(bool(report.harms))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
