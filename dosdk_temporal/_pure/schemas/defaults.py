"""Pure: what is left out of a value, filled in from its schema."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["fill", "has_defaults"]

Fits = Callable[[Any, Any], bool]
"""Whether a value, the second, fits a schema, the first."""


def has_defaults(schema: Any) -> bool:
    """Whether a default stands anywhere in the schema, so that there is something to fill in."""
    if isinstance(schema, dict):
        return "default" in schema or any(map(has_defaults, schema.values()))
    return isinstance(schema, list) and any(map(has_defaults, schema))


def fill(value: Any, schema: Any, root: Mapping[str, Any], fits: Fits) -> Any:
    """The value with the defaults of properties that are left out; a copy where something is filled in.

    Where several shapes are allowed, the first counts that the value fits once it is filled in.

    Args:
        value: plain JSON; never changed.
        schema: what the value is to fit.
        root: the whole schema, which references are followed in.
        fits: asks whether a value fits one of its schemas.
    """
    if not isinstance(schema, dict):
        return value
    if "$ref" in schema:
        value = fill(value, resolve(schema["$ref"], root), root, fits)
    for branch in schema.get("allOf", ()):
        value = fill(value, branch, root, fits)
    for several in ("anyOf", "oneOf"):
        value = _first_that_fits(value, schema.get(several, ()), root, fits)
    if isinstance(value, dict):
        return _object(value, schema, root, fits)
    return _list(value, schema, root, fits) if isinstance(value, list) else value


def resolve(reference: str, root: Mapping[str, Any]) -> Any:
    """The schema that a reference of a checked schema means."""
    found: Any = root
    for part in reference[2:].split("/") if reference != "#" else ():
        key = part.replace("~1", "/").replace("~0", "~")
        found = found[int(key)] if isinstance(found, list) else found[key]
    return found


def _first_that_fits(value: Any, branches: Any, root: Mapping[str, Any], fits: Fits) -> Any:
    for branch in branches:
        filled = fill(value, branch, root, fits)
        if fits(branch, filled):
            return filled
    return value


def _object(value: dict[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any], fits: Fits) -> dict[str, Any]:
    named = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    filled = {key: fill(item, named.get(key, others), root, fits) for key, item in value.items()}
    for key, below in named.items():
        if key not in filled and isinstance(below, dict) and "default" in below:
            filled[key] = fill(copy.deepcopy(below["default"]), below, root, fits)
    return filled


def _list(value: list[Any], schema: Mapping[str, Any], root: Mapping[str, Any], fits: Fits) -> list[Any]:
    first = schema.get("prefixItems", [])
    rest = schema.get("items", True)
    return [fill(item, first[i] if i < len(first) else rest, root, fits) for i, item in enumerate(value)]
