"""Pure: an expression's text as tokens, one at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from dosdk_temporal._pure.expressions.faults import ExpressionSyntaxError
from dosdk_temporal._pure.expressions.limits import MAX_TEXT
from dosdk_temporal._pure.expressions.literals import NUMBER, number_literal, text_literal
from dosdk_temporal._pure.expressions.refusals import REFUSED
from dosdk_temporal._pure.expressions.whitespace import WHITESPACE
from dosdk_temporal._pure.expressions.wording import shortened

__all__ = ["Lexer", "Token"]

_OPERATORS: Final = (
    *"()[]{}.,:?!<>+-*/%",
    *("?.", "...", "==", "!=", "===", "!==", "<=", ">=", "&&", "||", "??", "**"),
)
_BLANKS: Final = re.compile(f"[{WHITESPACE}]*")
_WORD: Final = re.compile(r"[\w$\u200c\u200d]+")
_QUOTED: Final = re.compile(r"""(["'])((?:\\(?:\r\n|[\s\S])|(?!\1)[^\\\r\n])*)\1""")
# The longest first, as JavaScript reads; `a?.5:1` is a choice between numbers, not a property.
_OPERATOR: Final = re.compile(
    "|".join(
        r"\?\.(?![0-9])" if sign == "?." else re.escape(sign)
        for sign in sorted({*_OPERATORS, *REFUSED}, key=len, reverse=True)
    )
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text.

    Attributes:
        kind: what it is; ``end`` stands after the last one.
        text: as it is written.
        value: of a number or text, what it means.
        start: the offset where it begins.
        end: the offset where it has ended.
    """

    kind: Literal["number", "text", "word", "operator", "end"]
    text: str
    value: Any
    start: int
    end: int


class Lexer:
    """Reads tokens from an offset on; nothing behind the last token asked for is looked at."""

    def __init__(self, text: str, start: int = 0) -> None:
        self.text = text
        self._at = start
        self._stop = start + MAX_TEXT + 1  # nothing is looked for behind this, however long the text

    def next(self) -> Token:
        """The next token.

        Raises:
            ExpressionSyntaxError: when there is none that the language knows.
        """
        blanks = _BLANKS.match(self.text, self._at, self._stop)
        start = blanks.end() if blanks else self._at
        token = self._read(start)
        if token.end == self._stop:
            raise self._too_long()
        self._at = token.end
        return token

    def _read(self, start: int) -> Token:
        if start == self._stop:
            raise self._too_long()
        if start == len(self.text):
            return Token("end", "", None, start, start)
        if self.text[start] in "\"'":
            return self._quoted(start)
        if found := NUMBER.match(self.text, start, self._stop):
            return self._number(found)
        if found := _WORD.match(self.text, start, self._stop):
            return self._word(found)
        if found := _OPERATOR.match(self.text, start):
            return self._operator(found)
        raise self._fault(f"{self.text[start]!r} means nothing here: remove it, or put text in quotes", start)

    def _quoted(self, start: int) -> Token:
        found = _QUOTED.match(self.text, start, self._stop)
        if found is None and len(self.text) >= self._stop:
            raise self._too_long()
        if found is None:
            quote = self.text[start]
            raise self._fault(f"the text that begins here has no end: write {quote} after it, on the same line", start)
        value = text_literal(found[2])
        if isinstance(value, int):
            raise self._fault("this escape means nothing: write \\\\ for a backslash", found.start(2) + value)
        return Token("text", found[0], value, start, found.end())

    def _number(self, found: re.Match[str]) -> Token:
        if _WORD.match(self.text, found.end()):
            raise self._fault("this is no number: write a blank after one that ends here", found.start())
        return Token("number", found[0], number_literal(found[0]), found.start(), found.end())

    def _word(self, found: re.Match[str]) -> Token:
        if not re.sub(r"[$\u200c\u200d]", "_", found[0]).isidentifier() or found[0][0] in "\u200c\u200d":
            advice = "put text in quotes" if found[0].strip("0123456789") else "write the number without a 0 before it"
            raise self._fault(f"{shortened(found[0])!r} is neither a number nor a name: {advice}", found.start())
        return Token("word", found[0], None, found.start(), found.end())

    def _operator(self, found: re.Match[str]) -> Token:
        if found[0] in REFUSED:
            raise self._fault(f"'{found[0]}' is no operator here: {REFUSED[found[0]]}", found.start())
        return Token("operator", found[0], None, found.start(), found.end())

    def _too_long(self) -> ExpressionSyntaxError:
        message = f"an expression has at most {MAX_TEXT:,} characters: compute this in an action"
        return self._fault(message, self._stop - 1)

    def _fault(self, message: str, position: int) -> ExpressionSyntaxError:
        return ExpressionSyntaxError(message, expression=self.text, position=position)
