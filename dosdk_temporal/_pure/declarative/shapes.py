"""Pure: what may stand in a place of a definition: one object reads it and gives its part of the published schema.

Because both come from one table, the schema that editors use and what is accepted cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.similar import did_you_mean
from dosdk_temporal.errors import DoError

__all__ = [
    "ANYTHING", "FLAG", "TEXT", "Anything", "Checked", "Flag", "ListOf", "MapOf", "Number", "Shape", "Text", "Word",
    "kind_of", "wrong_type",
]  # fmt: skip

_SHOWN: Final = 60


class Shape(Protocol):
    """What may stand somewhere."""

    def read(self, value: Any, path: Path, problems: Problems) -> Any:
        """The value in its one form; None, and told, where it does not fit."""

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema, for editors."""


def kind_of(value: Any) -> str:
    """What a value is called in messages."""
    if value is None:
        return "nothing"
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a mapping"}
    return names.get(type(value), "a schema")


def wrong_type(value: Any, wanted: str, path: Path, problems: Problems, hint: str | None = None) -> None:
    """Tell that something else stands there."""
    shown = repr(value) if isinstance(value, str | int | float | bool) else kind_of(value)
    problems.error("wrong-type", path, f"this is {_short(shown)}, not {wanted}", hint)


@dataclass(frozen=True)
class Anything:
    """Any JSON; templates in it are looked at later."""

    words: str = "any value; text may hold templates: '{{ input.plan }}'"

    def read(self, value: Any, path: Path, problems: Problems) -> Any:
        """See :class:`Shape`."""
        del path, problems
        return value

    def schema(self) -> dict[str, Any]:
        """See :class:`Shape`."""
        return {"description": self.words}


@dataclass(frozen=True)
class Text:
    """Text."""

    wanted: str = "text"
    pattern: str | None = None
    hint: str | None = None
    published: str | None = None
    """The pattern for editors, whose \\w knows no letters but the English ones; default: the same."""

    def read(self, value: Any, path: Path, problems: Problems) -> str | None:
        """See :class:`Shape`."""
        if not isinstance(value, str):
            wrong_type(value, self.wanted, path, problems, self.hint)
            return None
        if self.pattern and not re.fullmatch(self.pattern, value):
            problems.error("wrong-value", path, f"this is {_short(repr(value))}, not {self.wanted}", self.hint)
            return None
        return value

    def schema(self) -> dict[str, Any]:
        """See :class:`Shape`."""
        pattern = self.published or self.pattern
        return {"type": "string", **({"pattern": f"^(?:{pattern})$"} if pattern else {})}


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def read(self, value: Any, path: Path, problems: Problems) -> bool | None:
        """See :class:`Shape`."""
        if isinstance(value, bool):
            return value
        wrong_type(value, "true or false", path, problems)
        return None

    def schema(self) -> dict[str, Any]:
        """See :class:`Shape`."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class Number:
    """A number of at least ``least``."""

    least: int
    whole: bool = False
    most: int | None = None
    hint: str | None = None

    def read(self, value: Any, path: Path, problems: Problems) -> float | None:
        """See :class:`Shape`."""
        kinds = (int,) if self.whole else (int, float)
        most = self.most if self.most is not None else float("inf")
        if isinstance(value, kinds) and not isinstance(value, bool) and self.least <= value <= most:
            return value
        bounds = f"of at least {self.least}" if self.most is None else f"from {self.least} to {self.most:,}"
        wrong_type(value, f"a {'whole ' if self.whole else ''}number {bounds}", path, problems, self.hint)
        return None

    def schema(self) -> dict[str, Any]:
        """See :class:`Shape`."""
        bounds = {"minimum": self.least, **({} if self.most is None else {"maximum": self.most})}
        return {"type": "integer" if self.whole else "number", **bounds}


@dataclass(frozen=True)
class Word:
    """One of several words, told what each is for."""

    words: Mapping[str, str]

    def read(self, value: Any, path: Path, problems: Problems) -> str | None:
        """See :class:`Shape`."""
        if isinstance(value, str) and value in self.words:
            return value
        listed = " or ".join(map(repr, self.words))
        near = did_you_mean(value, self.words) if isinstance(value, str) else None
        wrong_type(value, listed, path, problems, near)
        return None

    def schema(self) -> dict[str, Any]:
        """See :class:`Shape`."""
        return {
            "enum": list(self.words),
            "description": "; ".join(f"{word}: {text}" for word, text in self.words.items()),
        }


@dataclass(frozen=True)
class Checked:
    """Text that a function of the library reads, and refuses with its own words."""

    check: Callable[[str], Any]
    code: str

    def read(self, value: Any, path: Path, problems: Problems) -> str | None:
        """See :class:`Shape`."""
        if not isinstance(value, str):
            wrong_type(value, "text", path, problems)
            return None
        try:
            self.check(value)
        except DoError as error:
            problems.error(self.code, path, str(error))
            return None
        return value

    def schema(self) -> dict[str, Any]:
        """See :class:`Shape`."""
        return {"type": "string"}


@dataclass(frozen=True)
class ListOf:
    """A list of such, of at least ``least``."""

    item: Shape
    wanted: str
    least: int = 0
    lone: bool = False
    """Whether one may stand for a list of one."""

    def read(self, value: Any, path: Path, problems: Problems) -> list[Any] | None:
        """See :class:`Shape`."""
        if self.lone and isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            wrong_type(value, self.wanted, path, problems)
            return None
        if len(value) < self.least:
            problems.error("wrong-value", path, f"this is empty, not {self.wanted}", "give at least one")
        return [self.item.read(item, (*path, index), problems) for index, item in enumerate(value)]

    def schema(self) -> dict[str, Any]:
        """See :class:`Shape`."""
        several = {"type": "array", "items": self.item.schema(), **({"minItems": self.least} if self.least else {})}
        return {"anyOf": [self.item.schema(), several]} if self.lone else several


@dataclass(frozen=True)
class MapOf:
    """A mapping of any names to such."""

    value: Shape
    wanted: str

    def read(self, value: Any, path: Path, problems: Problems) -> dict[str, Any] | None:
        """See :class:`Shape`."""
        if not isinstance(value, dict):
            wrong_type(value, self.wanted, path, problems)
            return None
        return {key: self.value.read(item, (*path, key), problems) for key, item in value.items()}

    def schema(self) -> dict[str, Any]:
        """See :class:`Shape`."""
        return {"type": "object", "additionalProperties": self.value.schema()}


ANYTHING: Final = Anything()
FLAG: Final = Flag()
TEXT: Final = Text()


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
