"""Pure: a definition's text as plain values, each with its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from dosdk_temporal._pure.declarative.problem import Path

__all__ = ["Document", "Spot"]

_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True)
class Spot:
    """Where a value stands in the text.

    Attributes:
        key: the offset of its key; of the value itself in a list and at the root.
        value: the offset of the value.
    """

    key: int
    value: int


@dataclass(frozen=True)
class Document:
    """A read text.

    Attributes:
        value: plain JSON values.
        text: as it was read; empty for a mapping.
        file: as it was named; None for text and mappings.
        places: where each value stands; empty for a mapping.
        numbers: numbers with a fraction as they are written, by path.
    """

    value: Any
    text: str = ""
    file: str | None = None
    places: Mapping[Path, Spot] = field(default_factory=dict)
    numbers: Mapping[Path, str] = field(default_factory=dict)

    def place(self, path: Path, *, on_key: bool = False, offset: int = 0) -> tuple[int, int] | None:
        """Line and column, from 1, of the value or what holds it; None for a mapping.

        Args:
            path: to the value.
            on_key: whether its key is meant.
            offset: within a text, in characters.
        """
        if not self.places:
            return None
        spot = self.places.get(path)
        while spot is None and path:
            path, offset, on_key = path[:-1], 0, True
            spot = self.places.get(path)
        if spot is None:
            return 1, 1
        return self.line_and_column(spot.key if on_key else self._within(path, spot.value, offset))

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The line of that number, from 1; empty where there is none."""
        lines = self._lines
        return lines[number - 1] if 0 < number <= len(lines) else ""

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _BREAK.finditer(self.text))]

    @cached_property
    def _lines(self) -> list[str]:
        return _BREAK.split(self.text)

    def _within(self, path: Path, start: int, offset: int) -> int:
        """The offset in the text of a character of a value, where the value is written as it is; else the value's own."""
        value: Any = self.value
        for key in path:
            value = value[key]
        if not isinstance(value, str) or not offset:
            return start
        if self.text[start : start + 1] in {"|", ">"}:
            return self._in_block(value, start, offset)
        at = start + (self.text[start : start + 1] in {'"', "'"})
        written = self.text[at : at + offset]
        return at + offset if written == value[:offset] else start

    def _in_block(self, value: str, start: int, offset: int) -> int:
        line = self.line_and_column(start)[0] + value.count("\n", 0, offset)
        begin = value.rfind("\n", 0, offset) + 1
        content = value[begin:].partition("\n")[0]
        indent = self.line(line + 1).find(content) if content else 0
        return self._starts[line] + indent + offset - begin if indent >= 0 and line < len(self._starts) else start
