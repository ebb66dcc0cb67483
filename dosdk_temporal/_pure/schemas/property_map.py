"""Pure: property maps: names with shorthand, or with ``{type, description, default, required}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dosdk_temporal._pure.schemas.keywords import KEYWORDS
from dosdk_temporal._pure.schemas.reporting import Path, Report
from dosdk_temporal._pure.schemas.shorthand import NoShorthandError, Typed, read_shorthand
from dosdk_temporal._pure.similar import did_you_mean

__all__ = ["read_property_map"]

_OWN: Final = frozenset({"type", "required"})
_SCHEMAS_OWN: Final = ("enum", "anyOf", "oneOf", "allOf")
_ANYTHING: Final = Typed({}, optional=False)

Door = Callable[[Any, Path, Report], Typed | None]
"""Takes a ready schema, of ``z`` or pydantic; None for anything else."""


def read_property_map(properties: Mapping[str, Any], path: Path, report: Report, door: Door) -> dict[str, Any]:
    """The JSON Schema of an object with these properties.

    Args:
        properties: by name.
        path: where it stands.
        report: is told every fault.
        door: see :data:`Door`.
    """
    read = {name: _property(value, (*path, name), report, door) for name, value in properties.items()}
    required = sorted(name for name, typed in read.items() if not typed.optional)
    schema = {"type": "object", "properties": {name: typed.schema for name, typed in read.items()}}
    return {**schema, "required": required} if required else schema


def _property(value: Any, path: Path, report: Report, door: Door) -> Typed:
    ready = door(value, path, report)
    if ready is not None:
        return ready
    if isinstance(value, str):
        return _text(value, path, report)
    if not isinstance(value, Mapping):
        report(
            path,
            f"a property is declared by its type, not by {value!r:.60}",
            "write string, 'string[]', 'starter | professional' or {type: string, ...}",
        )
        return _ANYTHING
    if "type" in value and all(key in KEYWORDS or key == "required" for key in value):
        return _described(value, path, report)
    if any(key in value and not isinstance(value[key], str) for key in _SCHEMAS_OWN) or "$ref" in value:
        return Typed(dict(value), optional="default" in value)
    _misspelt(value, path, report)
    return Typed(read_property_map(value, path, report, door), optional=False)


def _text(text: str, path: Path, report: Report) -> Typed:
    try:
        return read_shorthand(text)
    except NoShorthandError as error:
        report(path, str(error), error.hint)
        return _ANYTHING


def _described(value: Mapping[str, Any], path: Path, report: Report) -> Typed:
    typed = _type(value, path, report)
    needed = value.get("required", not typed.optional and "default" not in value)
    inner_required = {"required": needed} if isinstance(needed, list) else {}
    if not isinstance(needed, bool | list):
        report((*path, "required"), f"required is {needed!r:.60}, not true or false")
    rest = {key: item for key, item in value.items() if key not in _OWN}
    optional = not needed if isinstance(needed, bool) else typed.optional or "default" in value
    return Typed({**typed.schema, **rest, **inner_required}, optional=optional)


def _type(value: Mapping[str, Any], path: Path, report: Report) -> Typed:
    declared = value["type"]
    is_schema = declared in ("array", "object") or isinstance(declared, list)
    if is_schema or not isinstance(declared, str):
        # JSON Schema's own: its check, which every door leads through, tells what is wrong with it.
        return Typed({"type": declared}, optional=False)
    return _text(declared, (*path, "type"), report)


def _misspelt(value: Mapping[str, Any], path: Path, report: Report) -> None:
    if not isinstance(value.get("type"), str):
        return
    for key in value:
        near = did_you_mean(str(key), [*KEYWORDS, "required"]) if key not in KEYWORDS else None
        if near:
            report((*path, key), f"{key!r} beside a type is read as one more property", near, severity="warning")
