"""Pure: functions and workflows that a definition calls, looked up among those that are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.tree import all_steps
from dosdk_temporal._pure.notifications import NOTIFIER
from dosdk_temporal._pure.registry import Registry, Shelf

__all__ = ["check_names", "references"]

_DEFINED_BY: Final = {"function": "do.action.create", "workflow": "do.workflow.create"}
_LOOK: Final = "name the module that defines it: dosdk validate --module package.module"


def check_names(
    definition: Definition, registry: Registry | None, workflows: frozenset[str], problems: Problems
) -> None:
    """Tell each function and workflow that nobody defines: an error where any is known, else a warning.

    Args:
        definition: whose calls are looked up.
        registry: where; None for nowhere.
        workflows: names that are known besides.
        problems: is told what is found nowhere.
    """
    told: set[str] = set()
    for kind, path, reference in references(definition.form):
        shelf = _shelf(kind, registry)
        is_here = kind == "workflow" and reference.partition("@")[0] in workflows
        if is_here or reference == NOTIFIER or (shelf is not None and shelf.find(reference) is not None):
            continue
        if shelf is not None and len(shelf):
            near = shelf.similar(reference.partition("@")[0])
            hint = f"did you mean {near!r}?" if near else f"define it with {_DEFINED_BY[kind]}(name={reference!r}, ...)"
            problems.error(f"unknown-{kind}", path, f"no {kind} is named {reference!r}", hint)
        elif reference not in told:
            told.add(reference)
            message = f"the {kind} {reference!r} cannot be looked up: no {kind}s are known here"
            problems.warning(f"unknown-{kind}", path, message, _LOOK)


def _shelf(kind: str, registry: Registry | None) -> Shelf[Any] | None:
    if registry is None:
        return None
    return registry.actions if kind == "function" else registry.workflows


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
