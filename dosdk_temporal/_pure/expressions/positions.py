"""Pure: where in a text something is, and how to point at it."""

from __future__ import annotations

from typing import Final, NamedTuple
from unicodedata import combining, east_asian_width

__all__ = ["Place", "place", "pointed"]

_SHOWN: Final = 100
"""Characters of a line that are shown; a longer one is cut around the place."""


class Place(NamedTuple):
    """A line and a column, both from 1."""

    line: int
    column: int


def place(text: str, position: int) -> Place:
    """The line and column of an offset."""
    before = text[:position]
    return Place(before.count("\n") + 1, position - before.rfind("\n"))


def pointed(text: str, position: int) -> str:
    """The line that holds the offset, and under it a caret."""
    begin = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line, column = _cut(text[begin : None if end < 0 else end], position - begin)
    return f"{line}\n{''.join(map(_blank, line[:column]))}^"


def _cut(line: str, column: int) -> tuple[str, int]:
    if len(line) <= _SHOWN:
        return line, column
    first = max(0, min(column - _SHOWN // 2, len(line) - _SHOWN))
    head, tail = "…" if first else "", "…" if first + _SHOWN < len(line) else ""
    return f"{head}{line[first : first + _SHOWN]}{tail}", column - first + len(head)


def _blank(character: str) -> str:
    """As wide a blank as the character is on a terminal."""
    if character == "\t":
        return character
    if combining(character):
        return ""
    return "  " if east_asian_width(character) in "WF" else " "
