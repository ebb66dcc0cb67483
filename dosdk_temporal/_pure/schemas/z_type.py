"""Pure: what ``z`` builds: schemas that say more with each method, as in zod.

Each is what zod's own JSON Schema for input would be (``z.toJSONSchema(schema, {io: "input"})`` of zod 4.4), without the
expressions that zod puts beside a format: the format itself is asserted here.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn, Self

from dosdk_temporal._pure.similar import similar
from dosdk_temporal.errors import DefinitionError

__all__ = ["NoSuchMethodError", "ZType", "count", "json_value", "number", "refuse", "union_of"]

_WITHOUT: Final = {
    "transform": "what changes a value belongs in a step",
    "preprocess": "what changes a value belongs in a step",
    "pipe": "what changes a value belongs in a step",
    "refine": "a check that JSON Schema cannot say belongs in a step's condition",
    "superRefine": "a check that JSON Schema cannot say belongs in a step's condition",
    "check": "a check that JSON Schema cannot say belongs in a step's condition",
    "brand": "leave it out: it says nothing about a value",
    "catch": "a value that does not fit is refused: .default() is for one that is left out",
    "parse": "the SDK checks inputs itself",
    "safeParse": "the SDK checks inputs itself",
    "trim": "a schema changes no value: trim in a template, {{ input.name.trim() }}",
    "toLowerCase": "a schema changes no value: {{ input.name.toLowerCase() }} does in a template",
    "toUpperCase": "a schema changes no value: {{ input.name.toUpperCase() }} does in a template",
}


class NoSuchMethodError(DefinitionError, AttributeError):
    """A method that zod may have, and JSON Schema has no words for."""


class ZType:
    """A schema; methods give a new one and leave this as it is.

    Args:
        schema: its JSON Schema.
        omissible: whether a property of it may be left out.
    """

    def __init__(self, schema: Mapping[str, Any] | None = None, *, omissible: bool = False) -> None:
        self._schema = dict(schema or {})
        self._omissible = omissible

    @property
    def is_optional(self) -> bool:
        """Whether a property of it may be left out."""
        return self._omissible

    def json_schema(self) -> dict[str, Any]:
        """Its JSON Schema, 2020-12; a copy."""
        return copy.deepcopy(self._schema)

    def optional(self) -> Self:
        """A property of it may be left out."""
        return self._copy(omissible=True)

    def nullable(self) -> ZType:
        """Null fits too."""
        return ZType(union_of([self.json_schema(), {"type": "null"}]), omissible=self._omissible)

    def nullish(self) -> ZType:
        """Null fits too, and a property of it may be left out."""
        return self.nullable().optional()

    def default(self, value: Any) -> Self:
        """What stands for a property that is left out."""
        return self._with(default=json_value(value, "default"))._copy(omissible=True)

    prefault = default

    def describe(self, text: str) -> Self:
        """A description, for people."""
        return self._with(description=_text(text, "describe"))

    def meta(self, facts: Mapping[str, Any]) -> Self:
        """Title, description, examples and the like, for people."""
        if not isinstance(facts, Mapping) or not all(isinstance(key, str) for key in facts):
            raise DefinitionError(f".meta() takes a mapping like {{'title': 'Plan'}}, not {facts!r}")
        return self._with(**{key: json_value(value, f"meta {key!r}") for key, value in facts.items() if key != "id"})

    def readonly(self) -> Self:
        """A note for people: it changes nothing."""
        return self._with(readOnly=True)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        kind = type(self).__name__.removeprefix("Z").lower()
        refuse("this schema" if kind == "type" else f"z.{kind}()", name, dir(type(self)))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._schema}{' optional' if self._omissible else ''}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ZType):
            return NotImplemented
        return (self._schema, self._omissible) == (other._schema, other._omissible)

    __hash__ = None  # type: ignore[assignment] # equal by a dictionary that cannot be hashed

    def _with(self, **keywords: Any) -> Self:
        return self._copy({**self._schema, **keywords})

    def _copy(self, schema: Mapping[str, Any] | None = None, *, omissible: bool | None = None) -> Self:
        made = copy.copy(self)
        made._schema = dict(self._schema if schema is None else schema)
        made._omissible = self._omissible if omissible is None else omissible
        return made


def refuse(owner: str, name: str, known: Sequence[str]) -> NoReturn:
    """Say that there is no such method, and what to do instead.

    Raises:
        DefinitionError: which is an AttributeError too, so that ``hasattr`` and copying work.
    """
    near = similar(name, [other for other in known if not other.startswith("_")])
    advice = _WITHOUT.get(name) or (f"did you mean .{near}?" if near else "it has what JSON Schema can say")
    raise NoSuchMethodError(f"{owner} has no .{name}() here: {advice}")


def union_of(schemas: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The schema of what fits any of them; plain types make a list of types, as zod has it."""
    types = [schema["type"] for schema in schemas if set(schema) == {"type"} and isinstance(schema["type"], str)]
    if len(types) == len(schemas):
        unique = list(dict.fromkeys(types))
        return {"type": unique if len(unique) > 1 else unique[0]}
    return {"anyOf": [dict(schema) for schema in schemas]}


def count(value: Any, method: str) -> int:
    """The value, if it counts something.

    Raises:
        DefinitionError: when it does not.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise DefinitionError(f".{method}({value!r}) counts: give a whole number of at least 0")
    return value


def number(value: Any, method: str) -> int | float:
    """The value, if it is a number that JSON has.

    Raises:
        DefinitionError: when it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) == float("inf"):  # noqa: PLR0124 - only NaN differs from itself
        raise DefinitionError(f".{method}({value!r}) takes a number")
    return value


def json_value(value: Any, what: str) -> Any:
    """A copy of the value as plain JSON.

    Raises:
        DefinitionError: when it is none.
    """
    from dosdk_temporal._pure.values import plain  # noqa: PLC0415 - pydantic, only where a value is given
    from dosdk_temporal.errors import InputError, PayloadTooLargeError  # noqa: PLC0415

    try:
        return plain(value, f".{what}()")
    except (InputError, PayloadTooLargeError) as error:
        raise DefinitionError(str(error)) from None


def _text(value: Any, method: str) -> str:
    if not isinstance(value, str):
        raise DefinitionError(f".{method}({value!r}) takes text")
    return value
