"""Pure: what is surely wrong with an input before it is sent: a real call would refuse it by the same types and schemas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, Protocol

from dosdk_temporal._pure.declarative.canonical import canonical_json
from dosdk_temporal._pure.declarative.input_levels import Level, schema_level, type_level
from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.hiding import hides_values
from dosdk_temporal._pure.schemas.reporting import NO_FIELD
from dosdk_temporal._pure.schemas.schema import Schema
from dosdk_temporal._pure.signature import plainly
from dosdk_temporal._pure.values import adapter_for
from dosdk_temporal.errors import DefinitionError

__all__ = ["InputFault", "Takes", "declared_input", "sure_faults", "typed_input"]

_OPEN: Final = "{{"
_KINDS: Final[Mapping[str, Literal["missing", "unknown"]]] = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "unexpected_keyword_argument": "unknown",
}
"""Pydantic's words for faults of a field's name."""


@dataclass(frozen=True)
class InputFault:
    """One fault.

    Attributes:
        path: within the input: of the value, or of the field that is missing or unknown.
        kind: what is wrong.
        message: why a value does not fit.
        fields: what the level of an unknown field declares; empty where that is not known.
    """

    path: Path
    kind: Literal["missing", "unknown", "wrong"]
    message: str
    fields: tuple[str, ...] = ()


class Takes(Protocol):
    """What an action or a workflow takes."""

    @property
    def level(self) -> Level | None:
        """Its fields; None where they cannot be looked at by themselves."""

    def faults(self, given: Any) -> list[InputFault]:
        """All faults of an input of which every value is known."""


@dataclass(frozen=True)
class _Typed:
    """An input that pydantic validates, by the rules of a real call."""

    adapter: Any

    @cached_property
    def level(self) -> Level | None:
        core = self.adapter.core_schema
        return type_level(core) if isinstance(core, Mapping) else None

    def faults(self, given: Any) -> list[InputFault]:
        from pydantic import ValidationError  # noqa: PLC0415 - only where something is validated

        try:
            self.adapter.validate_json(canonical_json(given))
        except ValidationError as error:
            hides = hides_values(self.adapter)
            return [
                InputFault(each["loc"], _KINDS.get(each["type"], "wrong"), plainly(each, hides=hides))
                for each in error.errors()
            ]
        except Exception:  # noqa: BLE001 - a validator of the user's own, which may stumble over a template that is no value yet
            return []
        return []


@dataclass(frozen=True)
class _Declared:
    """An input that a definition's schema describes."""

    schema: Schema

    @property
    def level(self) -> Level | None:
        return schema_level(self.schema.json)

    def faults(self, given: Any) -> list[InputFault]:
        _, found = self.schema.filled(given)
        return [InputFault(path, _kind(path, message, given), message) for path, message in found]


def typed_input(annotation: Callable[[], Any], owner: str) -> Takes | None:
    """What a handler of this type takes; None where the type cannot be read yet, which the worker's start tells."""
    try:
        return _Typed(adapter_for(annotation(), owner))
    except DefinitionError:
        return None


def declared_input(schema: Schema | None) -> Takes | None:
    """What a definition with this schema takes; None where that is anything."""
    return None if schema is None else _Declared(schema)


def sure_faults(takes: Takes, given: Any) -> list[InputFault]:
    """The faults of an input that it has whatever its templates give.

    Args:
        takes: what is called takes.
        given: the input as it is written.
    """
    faults = [each for each in takes.faults(given) if _is_sure(each, given, takes.level)]
    return [each if each.kind == "wrong" else _with_fields(each, takes.level) for each in faults]


def _is_sure(fault: InputFault, given: Any, level: Level | None) -> bool:
    at = given
    for depth, key in enumerate(fault.path, start=1):
        if not _holds_template(at):
            return True
        if level is None or not isinstance(at, dict | list):
            return False
        if depth == len(fault.path) and fault.kind != "wrong":
            return True
        try:
            at = at[key]  # type: ignore[index] # a wrong one is caught
        except (LookupError, TypeError):  # a word of pydantic's own for a member of a union
            return False
        level = level.below(key)
    return not _holds_template(at)


def _with_fields(fault: InputFault, level: Level | None) -> InputFault:
    for key in fault.path[:-1]:
        level = level.below(key) if level else None
    return InputFault(fault.path, fault.kind, fault.message, level.fields if level else ())


def _kind(path: Path, message: str, given: Any) -> Literal["missing", "unknown", "wrong"]:
    """Of a fault that a schema found: one of a missing field has no value, one of an unknown field says so."""
    for key in path:
        if isinstance(given, dict) and key not in given:
            return "missing"
        given = given[key]
    return "unknown" if message == NO_FIELD else "wrong"


def _holds_template(value: Any) -> bool:
    if isinstance(value, str):
        return _OPEN in value
    if isinstance(value, dict):
        return any(map(_holds_template, value.values()))
    return isinstance(value, list) and any(map(_holds_template, value))
