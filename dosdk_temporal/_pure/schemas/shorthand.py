"""Pure: types in a few letters: ``starter | professional``, ``string[]``, ``string?``, ``Record<string, number>``.

    type  = choice [ "?" ]
    choice = part { "|" part }
    part  = ( word | "'text'" | number | "Record<string," choice ">" | "(" choice ")" ) { "[]" }

Words that are all no types are the allowed texts themselves. Beside types, texts are quoted: ``'auto' | number``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from dosdk_temporal._pure.schemas.z_type import union_of
from dosdk_temporal._pure.similar import did_you_mean

__all__ = ["WORDS", "NoShorthandError", "Typed", "read_shorthand"]

WORDS: Final[dict[str, dict[str, Any]]] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "object": {"type": "object"},
    "null": {"type": "null"},
    "any": {},
}
"""The words that are types."""

_OTHER_NAMES: Final = {
    "str": "string", "text": "string", "int": "integer", "float": "number", "bool": "boolean", "dict": "object",
    "map": "object", "mapping": "object", "none": "null", "unknown": "any", "list": "string[]", "array": "string[]",
}  # fmt: skip
_BLANKS: Final = "texts with blanks or signs are quoted: 'in progress' | done"
_LONGEST: Final = 2_000
_DEEPEST: Final = 20
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?![\w.-]))|(?P<word>[^\W\d][\w.-]*)|(?P<sign>\[\]|[|?<>(),]))"""
)


class NoShorthandError(Exception):
    """The text is no type; ``hint`` says what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Typed:
    """What a text says.

    Attributes:
        schema: its JSON Schema.
        optional: whether it ends with ``?``.
    """

    schema: dict[str, Any]
    optional: bool


@dataclass(frozen=True)
class _Word:
    """A word that is no type: a text that is allowed, where all its neighbours are."""

    text: str


def read_shorthand(text: str) -> Typed:
    """The type that a text says.

    Raises:
        NoShorthandError: when it says none.
    """
    return _Reading(text).whole()


class _Reading:
    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST:
            raise NoShorthandError(f"this type has {len(text):,} characters, at most {_LONGEST:,} are read")
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0

    def whole(self) -> Typed:
        schema = self._choice()
        optional = self._take("?")
        if self._at < len(self._tokens):
            value = self._tokens[self._at][1]
            hint = "? stands at the end, and says that the whole may be left out" if optional or value == "?" else None
            raise NoShorthandError(f"{self._text!r} is no type: {value!r} does not belong there", hint)
        return Typed(schema, optional)

    def _choice(self) -> dict[str, Any]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NoShorthandError("this type is nested too deeply")
        parts = [self._part()]
        while self._take("|"):
            parts.append(self._part())
        self._depth -= 1
        return self._joined(parts)

    def _joined(self, parts: list[Any]) -> dict[str, Any]:
        words = [part.text for part in parts if isinstance(part, _Word)]
        if not words:
            return _schema_of(parts)
        if len(parts) == 1:
            raise self._unknown(words[0])
        if len(words) < len(parts):
            hint = did_you_mean(words[0], WORDS) or f"a text that is allowed is quoted here: '{words[0]}'"
            raise NoShorthandError(f"{words[0]!r} in {self._text!r} is no type", hint)
        return {"type": "string", "enum": list(dict.fromkeys(words))}

    def _part(self) -> Any:
        if self._at >= len(self._tokens):
            raise NoShorthandError(f"{self._text!r} ends where a type is missing")
        kind, value = self._tokens[self._at]
        self._at += 1
        part: Any
        if kind == "text":
            part = {"const": value[1:-1]}
        elif kind == "number":
            part = {"const": json.loads(value)}
        elif kind == "word":
            part = self._named(value)
            if isinstance(part, _Word) and self._at < len(self._tokens) and self._tokens[self._at][0] == "word":
                raise NoShorthandError(
                    f"{self._text!r} is no type: a blank separates {value!r} from what follows", _BLANKS
                )
        elif value == "(":
            part = self._choice()
            self._expect(")")
        else:
            raise NoShorthandError(f"{self._text!r} is no type: a type is missing before {value!r}")
        while self._take("[]"):
            if isinstance(part, _Word):
                raise self._unknown(part.text)
            part = {"type": "array", "items": _schema_of([part])}
        return part

    def _named(self, word: str) -> Any:
        if word in WORDS:
            return dict(WORDS[word])
        if word == "Record" and self._take("<"):
            return self._record()
        if word == "Array" and self._take("<"):
            items = self._choice()
            self._expect(">")
            return {"type": "array", "items": items}
        return _Word(word)

    def _record(self) -> dict[str, Any]:
        keys = self._choice()
        if keys != {"type": "string"}:
            raise NoShorthandError(f"the keys of a Record in {self._text!r} are text", "write Record<string, ...>")
        self._expect(",")
        values = self._choice()
        self._expect(">")
        return {"type": "object", "propertyNames": {"type": "string"}, "additionalProperties": values}

    def _take(self, sign: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == ("sign", sign)
        self._at += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise NoShorthandError(f"{self._text!r} is no type: {sign!r} is missing")

    def _unknown(self, word: str) -> NoShorthandError:
        meant = _OTHER_NAMES.get(word.lower())
        near = f"did you mean {meant!r}?" if meant else did_you_mean(word, WORDS)
        return NoShorthandError(
            f"there is no type {word!r}",
            near
            or f"the types are {', '.join(WORDS)}, string[], Record<string, number>; one allowed text is written \"'{word}'\"",
        )


def _tokens(text: str) -> Any:
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            rest = text[at:].strip()
            raise NoShorthandError(f"{text!r} is no type: {rest[:20]!r} cannot be read", _BLANKS)
        yield match.lastgroup, match[match.lastgroup or 0]
        at = match.end()


def _schema_of(parts: list[Any]) -> dict[str, Any]:
    """One schema for several: literals together, as z.enum and z.literal have them, and the rest beside."""
    literals = [part["const"] for part in parts if set(part) == {"const"}]
    rest = [part for part in parts if set(part) != {"const"}]
    if not literals:
        return parts[0] if len(parts) == 1 else union_of(parts)
    kinds = {"string" if isinstance(value, str) else "number" for value in literals}
    typed: dict[str, Any] = {"type": kinds.pop()} if len(kinds) == 1 else {}
    either = {**typed, "const": literals[0]} if len(literals) == 1 else {**typed, "enum": literals}
    return union_of([either, *rest]) if rest else either
