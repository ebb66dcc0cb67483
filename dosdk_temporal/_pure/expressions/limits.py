"""Pure: how much one expression may be, and do."""

from __future__ import annotations

from typing import Final

__all__ = ["ELEMENT", "MAX_DEPTH", "MAX_NESTING", "MAX_PARTS", "MAX_RESULT", "MAX_TEXT", "MAX_WORK", "PAIR"]

MAX_TEXT: Final = 10_000
"""Characters of one expression."""

MAX_NESTING: Final = 64
"""Brackets, prefixes and right operands within each other; each is up to eight calls of the parser."""

MAX_DEPTH: Final = 100
"""Operations within each other, such as the terms of one sum, and lists and mappings within each other.

Each is up to four calls, and Python's stack holds a thousand, of which the caller has used some.
"""

MAX_PARTS: Final = 1_000
"""Expressions within one text."""

MAX_WORK: Final = 20_000_000
"""Characters that one evaluation may read and make: about a second at worst, of the two that Temporal gives a task.

The language has no loops: only data can be much.
"""

ELEMENT: Final = 20
"""The characters that an element of a list or mapping counts for, by the time it takes."""

PAIR: Final = 8
"""The characters that each one counts for in a text that holds some beyond U+FFFF: it has to be taken apart."""

MAX_RESULT: Final = 2_000_000
"""Characters and elements of one result, each counted as often as it occurs: about what Temporal carries."""
