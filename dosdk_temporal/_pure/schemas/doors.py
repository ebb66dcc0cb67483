"""Pure: the doors to a schema: ``z``, property maps, lists of names, JSON Schema, pydantic models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dosdk_temporal._pure.schemas.models import is_model, model_schema
from dosdk_temporal._pure.schemas.property_map import read_property_map
from dosdk_temporal._pure.schemas.raw import check_raw
from dosdk_temporal._pure.schemas.reporting import Path, Report, Severity
from dosdk_temporal._pure.schemas.schema import Schema
from dosdk_temporal._pure.schemas.shorthand import Typed
from dosdk_temporal._pure.schemas.z_type import ZType
from dosdk_temporal.errors import DefinitionError

__all__ = ["as_schema", "is_ready", "object_of"]

_SHAPE: Final = "write names and types, {plan: 'starter | professional', note: 'string?'}, or JSON Schema"


def as_schema(value: Any, report: Report) -> Schema | None:
    """The schema that somebody wrote; None where it has faults.

    Args:
        value: a schema of ``z``, a property map, a list of names, JSON Schema (``type: object`` with ``properties``, or
            ``$schema``, or ``$ref``), or a pydantic model.
        report: is told every fault; paths begin at the value.
    """
    watch = _Watch(report)
    formed = _formed(value, watch)
    if formed is not None and not watch.faulty:
        formed = check_raw(formed, watch)
    return None if formed is None or watch.faulty else Schema(formed)


def is_ready(value: Any) -> bool:
    """Whether it is a schema of ``z`` or a model: a Python object that no text can hold."""
    return isinstance(value, ZType) or is_model(value)


def object_of(names: list[str]) -> dict[str, Any]:
    """The schema of a mapping in which each of these names is needed, with any value."""
    return {"type": "object", "properties": {name: {} for name in names}, "required": sorted(set(names))}


class _Watch:
    """Passes faults on, and remembers whether one of them refuses."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.faulty = False

    def __call__(self, path: Path, message: str, hint: str | None = None, *, severity: Severity = "error") -> None:
        self.faulty = self.faulty or severity == "error"
        self._report(path, message, hint, severity=severity)


def _formed(value: Any, report: Report) -> dict[str, Any] | None:
    ready = _ready(value, (), report)
    if ready is not None:
        return ready.schema
    if isinstance(value, list):
        return _names(value, report)
    if not isinstance(value, Mapping):
        report((), f"this is {value!r:.60}, not a schema", _SHAPE)
        return None
    if (
        "$schema" in value
        or "$ref" in value
        or (value.get("type") == "object" and isinstance(value.get("properties"), Mapping))
    ):
        return dict(value)
    return read_property_map(value, (), report, _ready)


def _names(names: list[Any], report: Report) -> dict[str, Any]:
    for index, name in enumerate(names):
        if not isinstance(name, str) or not name:
            report((index,), f"this is {name!r:.60}, not a name", "a list declares names: [userName, userEmail]")
        elif name in names[:index]:
            report((index,), f"{name!r} is named twice")
    return object_of([name for name in names if isinstance(name, str)])


def _ready(value: Any, path: Path, report: Report) -> Typed | None:
    if isinstance(value, ZType):
        return Typed(value.json_schema(), value.is_optional)
    if not is_model(value):
        return None
    try:
        schema = model_schema(value)
    except DefinitionError as error:
        report(path, str(error))
        schema = {}
    return Typed(schema, optional=False)
