"""Pure: functions and workflows that a definition names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.tree import all_steps

__all__ = ["references"]


def references(form: Any) -> Iterator[tuple[str, Path, str]]:
    """What a definition calls: ``function`` or ``workflow``, where that stands in its one form, and the name."""
    for path, step in all_steps(form):
        for kind in ("function", "workflow"):
            if isinstance(step.get(kind), str):
                yield kind, (*path, kind), step[kind]
        for key in ("fallback", "compensation"):
            yield from _alternative(step.get(key), (*path, key))
    fallbacks = (form.get("errorHandling") or {}).get("fallbackSteps") or {}
    for step_id, call in fallbacks.items():
        yield from _alternative(call, ("errorHandling", "fallbackSteps", step_id))


def _alternative(call: Any, path: Path) -> Iterator[tuple[str, Path, str]]:
    if isinstance(call, dict) and isinstance(call.get("function"), str):
        yield "function", path, call["function"]
