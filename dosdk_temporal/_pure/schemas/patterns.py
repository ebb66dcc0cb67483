"""Pure: regular expressions, matched in a time that grows with the text's length and no faster.

Python's own ``re`` backtracks: ``(a+)+$`` on thirty letters takes minutes, and a definition's text comes from anywhere.
pydantic brings Rust's engine, which is linear, has no lookaround and no back-references, and limits what it compiles. JSON
Schema means ECMA-262's expressions: what Rust reads otherwise is translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import prod
from typing import Final

from dosdk_temporal.errors import DefinitionError

__all__ = ["Pattern", "compile_pattern"]

_LONGEST: Final = 2_000
_MOST_REPEATS: Final = 100_000
_MOST_WORK: Final = 2_000_000_000
"""Characters of the pattern, unrolled, times those of the text: about 0.2 s where the engine is slowest (measured)."""

_PIECE: Final = re.compile(r"\\c[A-Za-z]|\\u\{[0-9A-Fa-f]{1,6}\}|\\.|\[\^?\]?|.", re.DOTALL)
_COUNT: Final = re.compile(r"\{([0-9]+)(?:,([0-9]*))?\}")
_ESCAPES: Final = {
    r"\d": "[0-9]", r"\D": "[^0-9]", r"\w": "[0-9A-Za-z_]", r"\W": "[^0-9A-Za-z_]", r"\0": r"\x00",
    r"\b": r"(?-u:\b)", r"\B": r"(?-u:\B)", r"\/": "/",
}  # fmt: skip
_WORDS: Final = {
    "look-around": "it looks ahead or behind, which can take for ever",
    "backreferences": "it refers back to a group, which can take for ever",
    "size limit": "its repetitions are too many",
    "unclosed character class": "a [ is not closed",
    "unclosed group": "a ( is not closed",
    "unopened group": "a ) has no (",
    "repetition operator missing": "a *, +, ? or { has nothing before it to repeat",
    "repetition": r"a { that repeats nothing is written \{",
    "unrecognized escape": "it has an escape that no expression knows",
    "nest": "it is nested too deeply",
}


class Pattern:
    """A compiled expression.

    Args:
        source: as written, in ECMA-262's syntax.

    Raises:
        DefinitionError: when it cannot be read, or could take too long; the message says why.
    """

    def __init__(self, source: str) -> None:
        from pydantic_core import SchemaError, SchemaValidator, core_schema  # noqa: PLC0415 - only where one is used

        repeats = prod(max(2, int(count[1]), int(count[2] or 0)) for count in _COUNT.finditer(source[:_LONGEST]))
        if len(source) > _LONGEST:
            raise _refusal(source, f"it has {len(source):,} characters, at most {_LONGEST:,} are allowed")
        if repeats > _MOST_REPEATS:
            raise _refusal(source, _WORDS["size limit"])
        self.source = source
        self.longest_text = _MOST_WORK // (max(1, len(source)) * repeats)
        try:
            schema = core_schema.str_schema(pattern=translated(source), regex_engine="rust-regex")
            self._validator = SchemaValidator(schema)
        except SchemaError as error:
            raise _refusal(source, _reason(str(error))) from None

    def matches(self, text: str) -> bool:
        """Whether some part of the text fits. A text longer than ``longest_text`` is not to be asked about."""
        return self._validator.isinstance_python(text)


@lru_cache(maxsize=512)
def compile_pattern(source: str) -> Pattern:
    """The compiled expression; compiled once.

    Raises:
        DefinitionError: see :class:`Pattern`.
    """
    return Pattern(source)


def translated(source: str) -> str:
    """The expression in Rust's syntax."""
    return "".join(_pieces(source))


def _pieces(source: str) -> Iterator[str]:
    within = False
    for piece in _PIECE.findall(source):
        if within:
            yield _in_class(piece)
            within = piece != "]"
        elif piece[0] == "[":
            within = not piece.endswith("]")
            yield {"[]": r"[^\s\S]", "[^]": r"[\s\S]"}.get(piece, piece)
        else:
            yield r"[^\n\r\u2028\u2029]" if piece == "." else _escape(piece)


def _in_class(piece: str) -> str:
    # Between brackets Rust knows sets within sets and && -- ~~; ECMA-262 takes all of these as themselves.
    if piece == r"\b":
        return r"\x08"
    return re.sub(r"[\[&~]", r"\\\g<0>", piece) if piece[0] != "\\" else _escape(piece)


def _escape(piece: str) -> str:
    if piece.startswith(r"\c") and len(piece) == 3:  # noqa: PLR2004 - \cA
        return f"\\x{ord(piece[2]) % 32:02x}"
    return _ESCAPES.get(piece, piece)


def _reason(said: str) -> str:
    known = next((words for mark, words in _WORDS.items() if mark in said), None)
    return known or said.rpartition("error: ")[2].strip().partition("\n")[0]


def _refusal(source: str, reason: str) -> DefinitionError:
    shown = source if len(source) <= 60 else f"{source[:57]}..."  # noqa: PLR2004 - one line of a message
    return DefinitionError(f"the pattern {shown!r} cannot be used: {reason}")
