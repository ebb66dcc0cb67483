"""Pure: a definition's own tests, run in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.durations import parse_duration
from dosdk_temporal._pure.interpreter.fixtures import world_of
from dosdk_temporal._pure.interpreter.memory import Simulated, simulate
from dosdk_temporal.errors import InputError

__all__ = ["Tried", "try_case"]

_NOTHING: Final = object()


@dataclass(frozen=True)
class Tried:
    """What became of a test.

    Attributes:
        name: what it claims.
        differences: each a line, naming what was expected and what came; empty where it passed.
    """

    name: str
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return not self.differences


def try_case(definition: Definition, index: int) -> Tried:
    """Run one of a definition's tests.

    Args:
        definition: a checked one.
        index: of the test among its ``tests``.
    """
    case = definition.tests[index]
    try:
        given, fixtures = _begins(definition.tests, index)
        world = world_of(fixtures)
    except InputError as error:
        return Tried(case["name"], (error.message,))
    done = simulate(definition, given, world)
    expected = case.get("expect") or {}
    found = list(_ending(expected.get("error"), done))
    # What else differs after an unexpected end follows from it, and would hide it.
    if not found:
        found = [line for key, look in _LOOKS.items() if key in expected for line in look(expected[key], done)]
    return Tried(case["name"], tuple(found))


def _begins(cases: Sequence[Mapping[str, Any]], index: int) -> tuple[Any, dict[str, Any]]:
    """The input and the fixtures of a test, with those of the one that it is like.

    Raises:
        InputError: when there is none of that name before it.
    """
    case = cases[index]
    given, fixtures = case.get("input"), case.get("fixtures") or {}
    if "like" not in case:
        return given, fixtures
    likes = [before for before in range(index) if cases[before]["name"] == case["like"]]
    if not likes:
        raise InputError(f"it is like {case['like']!r}, and no test before it has that name")
    input_there, fixtures_there = _begins(cases, likes[-1])
    kinds = dict.fromkeys([*fixtures_there, *fixtures])
    return (
        _over(input_there, given),
        {kind: _over(fixtures_there.get(kind), fixtures.get(kind)) for kind in kinds},
    )


def _over(there: Any, here: Any) -> Any:
    """What a test says over what it is like: of two mappings each key, else the whole."""
    if isinstance(there, dict) and isinstance(here, dict):
        return {**there, **here}
    return there if here is None else here


def _ending(expected: Mapping[str, Any] | None, done: Simulated) -> Iterator[str]:
    if done.error is None:
        if expected is not None:
            yield f"error: expected {_json(expected)}, and the run completed with {_json(done.output)}"
        return
    got = {"type": done.error.type, "step": done.error.step, "message": str(done.error)}
    if expected is None:
        yield f"the run failed{_at(got['step'])}: {got['type']}: {got['message']}"
        return
    yield from _differences(
        "error", {key: expected[key] for key in ("type", "step") if key in expected}, got, more=True
    )
    if expected.get("message", "") not in str(done.error):
        yield f"error.message: expected a text with {_json(expected['message'])}, got {_json(str(done.error))}"


def _calls(expected: list[Mapping[str, Any]], done: Simulated) -> Iterator[str]:
    calls = [{"step": step, "function": name, "input": given} for step, name, given in done.calls]
    names, made = [call["function"] for call in expected], [call["function"] for call in calls]
    if names != made:
        yield f"calls: expected {_json(names)}, got {_json(made)}"
        return
    for index, (wanted, call) in enumerate(zip(expected, calls, strict=True)):
        yield from _differences(f"calls[{index}]", wanted, call, more=True)


def _noted(kind: str, key: str) -> Callable[[Any, Simulated], Iterator[str]]:
    def look(expected: list[str], done: Simulated) -> Iterator[str]:
        return _differences(key, expected, [note.step for note in done.notes if note.kind == kind])

    return look


def _took(expected: str, done: Simulated) -> Iterator[str]:
    if parse_duration(expected) != done.took:
        yield f"took: expected {expected}, got {done.took}"


_LOOKS: Final[Mapping[str, Callable[[Any, Simulated], Iterator[str]]]] = {
    "output": lambda expected, done: _differences("output", expected, done.output),
    "calls": _calls,
    "skipped": _noted("skipped", "skipped"),
    "fallbacks": _noted("fallback", "fallbacks"),
    "undone": _noted("compensated", "undone"),
    "metrics": lambda expected, done: _differences("metrics", expected, done.metrics, more=True),
    "took": _took,
}
"""By the keys of ``expect``."""


def _differences(path: str, expected: Any, got: Any, *, more: bool = False) -> Iterator[str]:
    """The smallest parts that differ, each as a line; ``more`` where a mapping may have keys that are not expected."""
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        for key in [*expected, *(() if more else (key for key in got if key not in expected))]:
            yield from _differences(f"{path}.{key}", expected.get(key, _NOTHING), got.get(key, _NOTHING))
    elif isinstance(expected, list) and isinstance(got, list):
        for index, (wanted, item) in enumerate(zip_longest(expected, got, fillvalue=_NOTHING)):
            yield from _differences(f"{path}[{index}]", wanted, item)
    elif expected != got or isinstance(expected, bool) != isinstance(got, bool):
        yield f"{path}: expected {_json(expected)}, got {_json(got)}"


def _at(step: str | None) -> str:
    return f" in step {step!r}" if step else ""


def _json(value: Any) -> str:
    return "nothing" if value is _NOTHING else json.dumps(value, ensure_ascii=False)
