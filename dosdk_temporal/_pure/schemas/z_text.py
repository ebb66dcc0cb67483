"""Pure: texts and numbers of ``z``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Self

from dosdk_temporal._pure.schemas.patterns import compile_pattern
from dosdk_temporal._pure.schemas.z_type import ZType, count, number
from dosdk_temporal.errors import DefinitionError

__all__ = ["SAFE", "ZNumber", "ZString"]

SAFE: Final = 2**53 - 1
"""The largest whole number that JavaScript, and so an expression, counts exactly."""


class ZString(ZType):
    """Text."""

    def min(self, length: int) -> Self:
        """At least so many characters."""
        return self._with(minLength=count(length, "min"))

    def max(self, length: int) -> Self:
        """At most so many characters."""
        return self._with(maxLength=count(length, "max"))

    def length(self, length: int) -> Self:
        """Exactly so many characters."""
        return self._with(minLength=count(length, "length"), maxLength=length)

    def nonempty(self) -> Self:
        """At least one character."""
        return self.min(1)

    def email(self) -> Self:
        """An e-mail address."""
        return self._with(format="email")

    def url(self) -> Self:
        """A URL."""
        return self._with(format="uri")

    def uuid(self) -> Self:
        """A UUID."""
        return self._with(format="uuid")

    def datetime(self, options: Mapping[str, Any] | None = None) -> Self:
        """A moment, RFC 3339: ``2027-01-31T09:30:00Z``; any offset fits, so zod's ``{offset: true}`` says nothing more."""
        unknown = sorted(set(options or {}) - {"offset"})
        if unknown:
            raise DefinitionError(f".datetime() does not know {', '.join(map(repr, unknown))}: leave it out")
        return self._with(format="date-time")

    def date(self) -> Self:
        """A day: ``2027-01-31``."""
        return self._with(format="date")

    def regex(self, pattern: str | re.Pattern[str]) -> Self:
        """Some part fits the expression: JavaScript's syntax, without lookaround and back-references.

        Raises:
            DefinitionError: when it cannot be read, or could take too long.
        """
        source = pattern.pattern if isinstance(pattern, re.Pattern) else pattern
        if not isinstance(source, str):
            raise DefinitionError(f".regex({pattern!r}) takes an expression as text: .regex('^[a-z]+$')")
        if isinstance(pattern, re.Pattern) and pattern.flags & ~re.UNICODE:
            raise DefinitionError(f".regex({source!r}) has flags, which JSON Schema has no place for: write them out")
        return self._pattern(source)

    def startsWith(self, text: str) -> Self:
        """It begins so."""
        return self._pattern(f"^{_quoted(text, 'startsWith')}.*")

    def endsWith(self, text: str) -> Self:
        """It ends so."""
        return self._pattern(f".*{_quoted(text, 'endsWith')}$")

    def includes(self, text: str) -> Self:
        """It holds this."""
        return self._pattern(_quoted(text, "includes"))

    def _pattern(self, source: str) -> Self:
        compile_pattern(source)
        held = self._schema.get("allOf") or (
            [{"pattern": self._schema["pattern"]}] if "pattern" in self._schema else []
        )
        if not held:
            return self._with(pattern=source)
        rest = {key: value for key, value in self._schema.items() if key != "pattern"}
        return self._copy({**rest, "allOf": [*held, {"pattern": source}]})


class ZNumber(ZType):
    """A number."""

    def int(self) -> Self:
        """Whole, and no larger than JavaScript counts exactly."""
        bounds = {key: value for key, value in self._schema.items() if key != "type"}
        if not {"minimum", "exclusiveMinimum"} & set(bounds):
            bounds["minimum"] = -SAFE
        if not {"maximum", "exclusiveMaximum"} & set(bounds):
            bounds["maximum"] = SAFE
        return self._copy({"type": "integer", **bounds})

    safe = int

    def min(self, value: float) -> Self:
        """At least this."""
        return self._bound("minimum", "exclusiveMinimum", number(value, "min"))

    gte = min

    def max(self, value: float) -> Self:
        """At most this."""
        return self._bound("maximum", "exclusiveMaximum", number(value, "max"))

    lte = max

    def gt(self, value: float) -> Self:
        """More than this."""
        return self._bound("exclusiveMinimum", "minimum", number(value, "gt"))

    def lt(self, value: float) -> Self:
        """Less than this."""
        return self._bound("exclusiveMaximum", "maximum", number(value, "lt"))

    def positive(self) -> Self:
        """More than 0."""
        return self.gt(0)

    def nonnegative(self) -> Self:
        """At least 0."""
        return self.min(0)

    def negative(self) -> Self:
        """Less than 0."""
        return self.lt(0)

    def nonpositive(self) -> Self:
        """At most 0."""
        return self.max(0)

    def multipleOf(self, value: float) -> Self:
        """A multiple of this."""
        if number(value, "multipleOf") <= 0:
            raise DefinitionError(f".multipleOf({value!r}) takes a number above 0")
        return self._with(multipleOf=value)

    step = multipleOf

    def finite(self) -> Self:
        """As every number in JSON is."""
        return self

    def _bound(self, key: str, instead_of: str, value: float) -> Self:
        return self._copy({**{k: v for k, v in self._schema.items() if k != instead_of}, key: value})


def _quoted(text: Any, method: str) -> str:
    if not isinstance(text, str):
        raise DefinitionError(f".{method}({text!r}) takes text")
    return re.sub(r"[\\^$.*+?()\[\]{}|/]", r"\\\g<0>", text)
