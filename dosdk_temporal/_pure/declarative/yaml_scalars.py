"""Pure: what an unquoted YAML word is, and what it is not.

YAML 1.2's core types, and nothing converted behind the writer's back: where YAML 1.1, a spreadsheet or JavaScript would make
something else of a text, it stays text and the writer is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["Told", "plain_value"]

_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?")
_CONSTANTS: Final[dict[str, Any]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_WORDS: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_SAFE: Final = 2**53 - 1
_MOST_DIGITS: Final = 308


@dataclass(frozen=True)
class Told:
    """What is to be told of a word.

    Attributes:
        code: of the fault.
        message: what is wrong.
        hint: what to do.
        refuses: whether it is an error.
    """

    code: str
    message: str
    hint: str
    refuses: bool


_TRAPS: Final = (
    (
        re.compile(r"[-+]?0[0-9_]+"), "yaml-octal", True,
        "{0} begins with a 0: some read it as an octal number, some as {1}",
        'write "{0}" in quotes for text, or {1} for the number',
    ),
    (
        re.compile(r"[-+]?0[oxb][0-9A-Fa-f_]+"), "yaml-octal", True,
        "{0} is a number in another base, which is not converted",
        'write it in decimals, or "{0}" in quotes for text',
    ),
    (
        re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), "number-range", True,
        "{0} is no number that JSON has", 'write "{0}" in quotes for text',
    ),
    (
        re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"), "yaml-date", False,
        "{0} is text here, not a date", 'write it in quotes: "{0}"',
    ),
    (
        re.compile(r"[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?"), "yaml-sexagesimal", False,
        "{0} is text here, not a number in base 60", 'write it in quotes: "{0}"',
    ),
    (
        re.compile(r"[-+]?[0-9]+(_[0-9]+)+(\.[0-9_]*)?"), "yaml-number", False,
        "{0} is text here, not a number", 'write it without the _, or in quotes: "{0}"',
    ),
)  # fmt: skip


def plain_value(text: str) -> tuple[Any, Told | None]:
    """The value of an unquoted word, and what is to be told of it."""
    if text in _CONSTANTS:
        return _CONSTANTS[text], None
    if text[:1] in "+-.0123456789":
        return _number(text)
    meant = _WORDS.get(text.lower()) if len(text) <= 3 else None  # noqa: PLR2004 - the longest of them
    if meant:
        told = Told(
            "yaml-word", f"{text} is text here, not {meant}", f'write {meant}, or "{text}" in quotes', refuses=False
        )
        return text, told
    return text, None


def _number(text: str) -> tuple[Any, Told | None]:
    for pattern, code, refuses, message, hint in _TRAPS:
        if pattern.fullmatch(text):
            decimal = text.lstrip("+-").lstrip("0").replace("_", "") or "0"
            return text, Told(code, message.format(text, decimal), hint.format(text, decimal), refuses)
    if len(text) > _MOST_DIGITS and _FLOAT.fullmatch(text):
        hint = "write it in quotes for text"
        return text, Told("number-range", f"a number has {len(text):,} digits: none is that large", hint, refuses=True)
    if _INTEGER.fullmatch(text):
        return _exact(int(text))
    return _float(text) if _FLOAT.fullmatch(text) else (text, None)


def _exact(value: int) -> tuple[int, Told | None]:
    if abs(value) <= _SAFE:
        return value, None
    message = f"{value} is larger than 2^53: expressions count it as {float(value):.0f}"
    return value, Told("number-range", message, f'write "{value}" in quotes if it is an id', refuses=False)


def _float(text: str) -> tuple[Any, Told | None]:
    value = float(text)
    if abs(value) == float("inf"):
        return text, Told(
            "number-range", f"{text} is too large for a number", "write it in quotes for text", refuses=True
        )
    return value, None
