"""Pure: the values of numbers and texts as they are written in an expression."""

from __future__ import annotations

import re
from typing import Final

from dosdk_temporal._pure.expressions.numbers import double, number
from dosdk_temporal._pure.expressions.utf16 import text_of

__all__ = ["NUMBER", "number_literal", "text_literal"]

_DIGITS: Final = r"[0-9](?:_?[0-9])*"
NUMBER: Final = re.compile(
    r"0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*|0[oO][0-7](?:_?[0-7])*|0[bB][01](?:_?[01])*"
    rf"|(?:(?:0(?![0-9_])|[1-9](?:_?[0-9])*)(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?"
)
"""A number, without what may not follow it: a name, a digit."""

_ESCAPE: Final = re.compile(
    r"\\(?:x(?P<two>[0-9a-fA-F]{2})|u(?P<four>[0-9a-fA-F]{4})|u\{(?P<point>[0-9a-fA-F]+)\}"
    r"|(?P<nul>0(?![0-9]))|(?P<gone>\r\n|[\n\r\u2028\u2029])|(?P<one>[^0-9xu\r\n]))"
    r"|(?P<wrong>\\)"
)
_ONE: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_LAST_POINT: Final = 0x10FFFF


def number_literal(written: str) -> int | float:
    """The value of a text that :data:`NUMBER` matches."""
    digits = written.replace("_", "")
    if digits[:2].lower() in {"0x", "0o", "0b"}:
        return number(double(int(digits, 0)))
    return number(float(digits))


def text_literal(body: str) -> str | int:
    """The value of what stands between quotes; the offset in it of an escape that means nothing, where there is one."""
    parts: list[str] = []
    done = 0
    for escape in _ESCAPE.finditer(body):
        meant = _meant(escape)
        if meant is None:
            return escape.start()
        parts += (body[done : escape.start()], meant)
        done = escape.end()
    return text_of("".join((*parts, body[done:])))


def _meant(escape: re.Match[str]) -> str | None:
    kind, value = escape.lastgroup, escape[escape.lastgroup or 0]
    if kind in {"two", "four", "point"}:
        point = int(value, 16) if len(value.lstrip("0")) <= len("10FFFF") else _LAST_POINT + 1
        return chr(point) if point <= _LAST_POINT else None
    if kind == "one":
        return _ONE.get(value, value)
    return {"nul": "\0", "gone": ""}.get(kind or "")
