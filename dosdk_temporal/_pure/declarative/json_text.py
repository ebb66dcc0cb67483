"""Pure: JSON as plain values with their places, and faults in sentences.

The standard library's reader knows no places, and takes the last of two keys and ``NaN`` without a word.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from dosdk_temporal._pure.declarative.document import Document, Spot
from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.source import MAX_DEPTH, Source
from dosdk_temporal._pure.declarative.torn_text import mended
from dosdk_temporal._pure.declarative.yaml_scalars import plain_value

__all__ = ["read_json"]

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_TEXT: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"')
_WORD: Final = re.compile(r"[A-Za-z_$][\w$.-]*")
_CONSTANTS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}


class _NoJsonError(Exception):
    def __init__(self, at: int, message: str, hint: str | None = None, code: str = "json-syntax") -> None:
        super().__init__(message)
        self.code = code
        self.at = at
        self.hint = hint


def read_json(source: Source, problems: Problems) -> Document | None:
    """The document; None where it is no JSON."""
    reading = _Reading(source.text, problems)
    try:
        value = reading.whole()
    except _NoJsonError as error:
        problems.error(error.code, (), str(error), error.hint, at=error.at)
        return None
    return Document(value, source.text, source.file, reading.places, reading.numbers)


class _Reading:
    def __init__(self, text: str, problems: Problems) -> None:
        self._text = text
        self._problems = problems
        self._at = 0
        self._lines = Document(None, text)
        self.places: dict[Path, Spot] = {}
        self.numbers: dict[Path, str] = {}

    def whole(self) -> Any:
        """The value of the text.

        Raises:
            _NoJsonError: when it is none, or more follows.
        """
        self._blank()
        value = self._value((), self._at)
        self._blank()
        if self._at < len(self._text):
            raise _NoJsonError(self._at, "more follows the end of the definition", "one file holds one definition")
        return value

    def _value(self, path: Path, key_at: int) -> Any:
        if len(path) > MAX_DEPTH:
            raise _NoJsonError(self._at, f"this is nested more than {MAX_DEPTH} deep", code="too-deep")
        start = self._at
        self.places[path] = Spot(key_at, start)
        sign = self._text[start : start + 1]
        if sign == "{":
            return self._mapping(path)
        if sign == "[":
            return self._list(path)
        if sign == '"':
            return self._string(path)
        return self._number_or_word(path)

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self._next("}", first=not found, what="key"):
            key_at = self._at
            if self._text[key_at : key_at + 1] != '"':
                raise _NoJsonError(
                    key_at, "a key is missing here, or is not in double quotes", 'keys are written "key": value'
                )
            key = self._string(path)
            self._blank()
            if self._text[self._at : self._at + 1] != ":":
                raise _NoJsonError(self._at, f"a ':' is missing behind the key {key!r:.40}")
            self._at += 1
            self._blank()
            if key in found:
                first = self._lines.line_and_column(self.places[*path, key].key)[0]
                message = f"{key!r} stands twice, first on line {first}: only one can count"
                self._problems.error("duplicate-key", (*path, key), message, "remove one", at=key_at)
            found[key] = self._value((*path, key), key_at)
        return found

    def _list(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while self._next("]", first=not found, what="value"):
            found.append(self._value((*path, len(found)), self._at))
        return found

    def _next(self, closing: str, *, first: bool, what: str) -> bool:
        """Go on to the next item; False behind the closing bracket."""
        opened = self._at
        if first:
            self._at += 1
        self._blank()
        sign = self._text[self._at : self._at + 1]
        if sign == closing:
            self._at += 1
            return False
        if not sign:
            raise _NoJsonError(max(0, opened - (not first)), f"the text ends before a {closing!r} that is needed")
        if first:
            return True
        if sign != ",":
            raise _NoJsonError(self._at, f"a ',' or {closing!r} is missing before this")
        comma = self._at
        self._at += 1
        self._blank()
        if self._text[self._at : self._at + 1] == closing:
            raise _NoJsonError(comma, f"a ',' stands before {closing!r}: no {what} follows", "remove it")
        return True

    def _string(self, path: Path) -> str:
        match = _TEXT.match(self._text, self._at)
        if not match:
            self._no_text()
        value: str = json.loads(match[0])
        value, is_torn = mended(value)
        if is_torn:
            self._problems.error(
                "encoding", path, "this text holds half a character (a lone \\ud800)", "write all of it", at=self._at
            )
        self._at = match.end()
        return value

    def _no_text(self) -> NoReturn:
        end = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*').match(self._text, self._at)
        at = end.end() if end else self._at
        if self._text[at : at + 1] == "\\":
            raise _NoJsonError(at, "this \\ begins nothing that JSON knows", "write \\\\ for one \\")
        if self._text[at : at + 1] in {"", "\n", "\r"}:
            raise _NoJsonError(
                self._at, "the quote that opens this text is not closed on its line", "write \\n for a new line"
            )
        raise _NoJsonError(
            at,
            "a text holds a character that has to be escaped",
            "write \\t for a tab, \\u001f and the like for others",
        )

    def _number_or_word(self, path: Path) -> Any:
        start = self._at
        word = _WORD.match(self._text, start)
        if word and word[0] in _CONSTANTS:
            self._at = word.end()
            return _CONSTANTS[word[0]]
        number = _NUMBER.match(self._text, start)
        if word or not number:
            self._no_value(start, word)
        self._at = number.end()
        value, told = plain_value(number[0])
        if isinstance(value, float):
            self.numbers[path] = number[0]
        if told:
            tell = self._problems.error if told.refuses else self._problems.warning
            tell(told.code, path, told.message, told.hint, at=start)
        return value

    def _no_value(self, start: int, word: re.Match[str] | None) -> NoReturn:
        sign = self._text[start : start + 1]
        if word:
            raise _NoJsonError(
                start,
                f"{word[0]:.40} is no JSON value",
                "text is written in double quotes; the words are true, false, null",
            )
        if sign == "'":
            raise _NoJsonError(start, "single quotes are no JSON", "write double quotes")
        if self._text.startswith(("//", "/*", "#"), start):
            raise _NoJsonError(start, "JSON has no comments", "remove it, or write the definition in YAML")
        raise _NoJsonError(
            start, "a value is missing here" if sign in {"", ",", "}", "]", ":"} else f"{sign!r} begins no JSON value"
        )

    def _blank(self) -> None:
        match = _BLANK.match(self._text, self._at)
        self._at = match.end() if match else self._at
