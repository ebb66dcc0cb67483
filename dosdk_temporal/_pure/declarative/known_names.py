"""Pure: functions and workflows that a definition calls, looked up among those that are known."""

from __future__ import annotations

from typing import Any, Final

from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.references import references
from dosdk_temporal._pure.notifications import NOTIFIER
from dosdk_temporal._pure.registry import Registry, Shelf
from dosdk_temporal._pure.versions import advice

__all__ = ["check_names"]

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
            hint = advice(shelf, reference, f"define it with {_DEFINED_BY[kind]}(name={reference!r}, ...)")
            problems.error(f"unknown-{kind}", path, f"no {kind} is named {reference!r}", hint)
        elif reference not in told:
            told.add(reference)
            message = f"the {kind} {reference!r} cannot be looked up: no {kind}s are known here"
            problems.warning(f"unknown-{kind}", path, message, _LOOK)


def _shelf(kind: str, registry: Registry | None) -> Shelf[Any] | None:
    if registry is None:
        return None
    return registry.actions if kind == "function" else registry.workflows
