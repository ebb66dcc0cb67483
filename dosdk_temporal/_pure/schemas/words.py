"""Pure: what is wrong with a value, in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from dosdk_temporal._pure.schemas.keywords import TYPES
from dosdk_temporal._pure.schemas.reporting import Path

__all__ = ["shown", "worded"]

_SHOWN: Final = 60
_LISTED: Final = 12
_SAY_IT_ALL: Final = frozenset(
    {"required", "additionalProperties", "uniqueItems", "items", "contains", "dependentRequired", "not"}
)
"""Keywords whose faults are said without the value."""

_SIZES: Final[Mapping[str, tuple[str, str]]] = {
    "minLength": ("at least", "characters"),
    "maxLength": ("at most", "characters"),
    "minItems": ("at least", "items"),
    "maxItems": ("at most", "items"),
    "minProperties": ("at least", "fields"),
    "maxProperties": ("at most", "fields"),
}


def worded(errors: Iterable[Any]) -> Iterator[tuple[Path, str]]:
    """The library's errors as (path, message), those of the shape that was meant instead of "fits none of several"."""
    for error in errors:
        meant = _meant(error) if error.validator in {"anyOf", "oneOf"} and error.context else None
        if meant is not None:
            yield from worded(meant)
        elif error.validator == "propertyNames" or "propertyNames" in error.schema_path:
            yield tuple(error.absolute_path), f"the key {shown(error.instance)} does not fit: {_message(error)}"
        else:
            yield tuple(error.absolute_path), _message(error)


def shown(value: Any) -> str:
    """A value on less than one line, as JSON."""
    try:
        text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else repr(value)
    except (TypeError, ValueError, RecursionError):
        text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _message(error: Any) -> str:
    say = _SENTENCES.get(error.validator)
    message = say(error.validator_value, error.instance) if say else error.message
    if error.validator in _SAY_IT_ALL or error.validator in _SIZES:
        return message
    return f"{message}, not {shown(error.instance)}"


def _meant(error: Any) -> list[Any] | None:
    """The errors of the one shape that the value is plainly meant to have; None where there is no such one."""
    branches: dict[int, list[Any]] = {}
    for below in error.context:
        branches.setdefault(below.relative_schema_path[0], []).append(below)
    near = [found for found in branches.values() if not any(map(_excludes, found))]
    return near[0] if len(near) == 1 else None


def _excludes(error: Any) -> bool:
    """Whether an error says that another shape was meant: another type, or another literal that tells shapes apart."""
    depth = len(error.relative_path)
    return (error.validator in {"type", "enum"} and not depth) or (error.validator == "const" and depth <= 1)


def _type(wanted: Any, _: Any) -> str:
    names = [TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
    return f"must be {_either(names)}"


def _either(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _enum(values: list[Any], _: Any) -> str:
    more = f", ... ({len(values)} in all)" if len(values) > _LISTED else ""
    listed = ", ".join(map(shown, values[:_LISTED]))
    return f"must be {'one of ' if len(values) > 1 else ''}{listed}{more}"


def _any_of(schemas: list[Any], _: Any) -> str:
    if all(isinstance(schema, dict) and "type" in schema for schema in schemas):
        names: list[str] = []
        for schema in schemas:
            names += [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        return f"must fit {_either([TYPES[name] for name in dict.fromkeys(names)])} as declared"
    return f"must fit one of {len(schemas)} shapes"


def _dependent(wanted: Mapping[str, list[str]], instance: Any) -> str:
    missing = [
        (key, name) for key, names in wanted.items() if key in instance for name in names if name not in instance
    ]
    return "has " + ", ".join(f"{key!r} but no {name!r}" for key, name in missing)


def _size(bound: str, units: str) -> Callable[[Any, Any], str]:
    return lambda limit, instance: f"must have {bound} {limit:,} {units}, not {len(instance):,}"


_SENTENCES: Final[Mapping[str, Callable[[Any, Any], str]]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda value, _: f"must be {shown(value)}",
    "minimum": lambda limit, _: f"must be at least {limit}",
    "maximum": lambda limit, _: f"must be at most {limit}",
    "exclusiveMinimum": lambda limit, _: f"must be more than {limit}",
    "exclusiveMaximum": lambda limit, _: f"must be less than {limit}",
    **{keyword: _size(bound, units) for keyword, (bound, units) in _SIZES.items()},
    "items": lambda _, __: "has more items than it may",
    "contains": lambda _, __: "has no item, or not as many, of the kind it must hold",
    "anyOf": _any_of,
    "oneOf": _any_of,
    "not": lambda schema, _: "must not be of this shape" if schema else "is not allowed here",
    "dependentRequired": _dependent,
}
