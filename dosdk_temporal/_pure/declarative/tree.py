"""Pure: where steps hold steps, in a definition's one form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.step_shapes import KINDS

__all__ = ["all_steps", "blocks", "kind_word"]


def kind_word(step: Mapping[str, Any]) -> str | None:
    """The word that says its kind; None for a step that says none."""
    return next((word for word in KINDS if word in step), None)


def blocks(step: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, list[Any]]]:
    """The lists of steps that a step holds, with their paths, in their order."""
    for keys in (
        ("parallel",),
        ("steps",),
        ("switch",),
        ("default",),
        ("try",),
        ("catch",),
        ("finally",),
        ("repeat", "steps"),
    ):
        found: Any = step
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        if not isinstance(found, list):
            continue
        if keys[0] in {"switch", "catch"}:
            for index, case in enumerate(found):
                if isinstance(case, dict) and isinstance(case.get("steps"), list):
                    yield (*path, *keys, index, "steps"), case["steps"]
        else:
            yield (*path, *keys), found


def all_steps(definition: Mapping[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every step, its path before it, each before those that it holds."""
    errors = definition.get("errorHandling") or {}
    roots: list[tuple[Path, Any]] = [(("steps",), definition.get("steps"))]
    roots += [(("errorHandling", key), errors.get(key)) for key in ("onFailure", "finally")]
    for path, steps in roots:
        if isinstance(steps, list):
            yield from _below(path, steps)


def _below(path: Path, steps: list[Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for index, step in enumerate(steps):
        at = (*path, index)
        yield at, step
        for block_path, inner in blocks(step, at):
            yield from _below(block_path, inner)
