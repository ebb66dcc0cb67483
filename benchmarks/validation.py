"""Outside: what it costs to validate a definition of 200 steps, from its text to the last of its checks.

Method: the documented steps over and over, as block YAML and as JSON, through what ``dosdk validate`` and ``load`` call,
with every function known; the CPU of this process around each. Every round has a definition of its own, so that the
expressions of its steps are parsed anew; what is imported is imported before. Of all rounds the least is told.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any, Final

import yaml

from benchmarks.documented import documented
from benchmarks.figures import Bound, Figure
from benchmarks.samples import least
from dosdk_temporal import Do, Registry
from dosdk_temporal._pure.declarative.loading import check_definition_text

__all__ = ["measure"]

_BOUND: Final = Bound("<", 200)
_STEPS: Final = 200


async def measure(*, quick: bool) -> list[Figure]:
    """The same definitions in both languages."""
    rounds = 5 if quick else 25
    registry = _registry()
    taken: dict[str, list[float]] = {"YAML": [], "JSON": []}
    for turn in range(rounds):
        definition = _definition(turn)
        texts = {"YAML": yaml.safe_dump(definition, sort_keys=False), "JSON": json.dumps(definition, indent=2)}
        for language, text in texts.items():
            taken[language].append(_milliseconds(text, registry))
    return [
        least(values, f"CPU of validating {_STEPS} steps of {language}, best of {rounds}", unit="ms", bound=_BOUND)
        for language, values in taken.items()
    ]


def _milliseconds(text: str, registry: Registry) -> float:
    before = time.process_time()
    checked = check_definition_text(text, registry=registry)
    taken = time.process_time() - before
    if checked.problems:
        raise AssertionError(f"it was to be without a fault: {checked.problems[0]}")
    return taken * 1000


def _registry() -> Registry:
    registry = Registry()
    do = Do(registry=registry)

    async def nothing(inputs: dict[str, Any]) -> None: ...

    for function in {step["function"] for step in documented()["steps"]}:
        do.action.create(name=function, handler=nothing)
    return registry


def _definition(turn: int) -> dict[str, Any]:
    """The documented one with so many steps; no two turns have an id in common."""
    whole = documented()
    steps: list[dict[str, Any]] = whole["steps"]
    ids = re.compile("|".join(rf"\b{step['id']}\b" for step in steps))
    return {
        "name": "two-hundred-steps",
        "input": whole["input"],
        "steps": [_renamed(steps[n % len(steps)], ids, f"_{turn}_{n // len(steps)}") for n in range(_STEPS)],
    }


def _renamed(step: Mapping[str, Any], ids: re.Pattern[str], suffix: str) -> dict[str, Any]:
    renamed: dict[str, Any] = json.loads(ids.sub(lambda found: found[0] + suffix, json.dumps(step)))
    return renamed | {"function": step["function"]}
