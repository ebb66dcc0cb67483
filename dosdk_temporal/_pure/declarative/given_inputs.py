"""Pure: what steps give to the functions and workflows that they call, held against what those take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dosdk_temporal._pure.declarative.input_faults import InputFault, Takes, declared_input, sure_faults, typed_input
from dosdk_temporal._pure.declarative.problem import Path, path_text
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.tree import all_steps
from dosdk_temporal._pure.definitions import WorkflowDefinition
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.schemas.schema import Schema
from dosdk_temporal._pure.similar import similar

__all__ = ["check_inputs"]

_LISTED: Final = 12
"""Fields that advice names."""


@dataclass(frozen=True)
class _Given:
    """One input.

    Attributes:
        kind: ``function`` or ``workflow``.
        reference: the name of what is called.
        value: as it is written; None for none.
        path: where it is written.
        at: the one place of all its faults, where the input is another call's too; None where each has its own.
    """

    kind: str
    reference: str
    value: Any
    path: Path
    at: Path | None = None


def check_inputs(
    form: Mapping[str, Any], registry: Registry | None, schemas: Mapping[str, Schema | None], problems: Problems
) -> None:
    """Tell what surely does not fit: names of fields in any case, values where no template makes them.

    Args:
        form: the definition's.
        registry: what is called is looked up there; None for nowhere.
        schemas: the inputs of other workflows, by ``name`` and ``name@version``.
        problems: is told.
    """
    for given in _inputs(form):
        takes = _taken(given, registry, schemas)
        value = {} if given.value is None else given.value
        if takes is not None:
            _tell(given, sure_faults(takes, value), value, problems)


def _inputs(form: Mapping[str, Any]) -> Iterator[_Given]:
    elsewhere = (form.get("errorHandling") or {}).get("fallbackSteps") or {}
    for path, step in all_steps(form):
        own, given = (*path, "input"), step.get("input")
        for kind in ("function", "workflow"):
            if isinstance(step.get(kind), str):
                yield _Given(kind, step[kind], given, own)
        yield from _alternative(step.get("fallback"), (*path, "fallback"), given)
        if step.get("id") in elsewhere:
            yield from _alternative(elsewhere[step["id"]], ("errorHandling", "fallbackSteps", step["id"]), given)
        undo = step.get("compensation")
        if isinstance(undo, dict) and undo.get("input") is not None:  # else it is told what it names
            yield from _alternative(undo, (*path, "compensation"), None)


def _alternative(call: Any, path: Path, inherited: Any) -> Iterator[_Given]:
    """A fallback or compensation: it gets its own input, or that of the step."""
    if not isinstance(call, dict) or not isinstance(call.get("function"), str):
        return
    own = call.get("input")
    if own is None:
        yield _Given("function", call["function"], inherited, path, at=(*path, "function"))
    else:
        yield _Given("function", call["function"], own, (*path, "input"))


def _taken(given: _Given, registry: Registry | None, schemas: Mapping[str, Schema | None]) -> Takes | None:
    """What is called takes; None where it takes anything, or nobody knows."""
    owner = f"{given.kind} {given.reference!r}"
    if given.kind == "function":
        action = registry.actions.find(given.reference) if registry else None
        return None if action is None else typed_input(lambda: action.signature.input_type, owner)
    workflow = registry.workflows.find(given.reference) if registry else None
    if workflow is None or given.reference in schemas:
        return declared_input(schemas.get(given.reference))
    if not isinstance(workflow, WorkflowDefinition):
        return declared_input(workflow.definition.input)
    return None if workflow.input is Any else typed_input(lambda: workflow.input, owner)


def _tell(given: _Given, faults: list[InputFault], value: Any, problems: Problems) -> None:
    what = f"the {given.kind} {given.reference!r}" + (", which gets the step's input," if given.at else "")
    meant = {(*fault.path[:-1], near) for fault in faults if (near := _meant(fault))}
    for fault in faults:
        if fault.kind == "missing" and fault.path in meant:
            continue
        code, message, hint = _said(fault, what, _field(fault.path))
        place = given.at or (*given.path, *_written(fault, value))
        problems.error(code, place, message, hint, on_key=fault.kind != "wrong" and given.at is None)


def _field(path: Path) -> str:
    if not path:
        return "input"
    *above, last = path
    inner = path_text(tuple(above))[1:].lstrip(".")
    return (repr(last) if isinstance(last, str) else f"item {last}") + (f" in {inner!r}" if inner else "")


def _said(fault: InputFault, what: str, field: str) -> tuple[str, str, str | None]:
    """Code, message and advice."""
    shown = ", ".join(fault.fields[:_LISTED]) + (", ..." if len(fault.fields) > _LISTED else "")
    takes = f"it takes {shown}" if shown else None
    match fault.kind:
        case "unknown":
            near = _meant(fault)
            return "unknown-field", f"{what} takes no {field}", f"did you mean {near!r}?" if near else takes
        case "missing":
            return "missing-field", f"{what} needs {field}", takes
        case "wrong":
            return "wrong-field", f"{what} does not take this {field}: {fault.message}", None


def _meant(fault: InputFault) -> str | None:
    return similar(str(fault.path[-1]), fault.fields) if fault.kind == "unknown" else None


def _written(fault: InputFault, value: Any) -> Path:
    """The part of a path that leads to something written, and on to a field that is not: a union's words lead nowhere."""
    for depth, key in enumerate(fault.path):
        is_there = key in value if isinstance(value, dict) else isinstance(value, list) and key in range(len(value))
        if not is_there:
            return fault.path if fault.kind == "missing" and depth == len(fault.path) - 1 else fault.path[:depth]
        value = value[key]
    return fault.path
