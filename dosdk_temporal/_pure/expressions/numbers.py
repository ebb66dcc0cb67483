"""Pure: numbers as JavaScript has them: doubles, printed its way, read its way.

A whole number is a Python ``int`` where a double holds it exactly, so that what leaves as JSON has no ``.0``.
"""

from __future__ import annotations

import math
import re
from typing import Final

from dosdk_temporal._pure.expressions.whitespace import WHITESPACE

__all__ = ["double", "number", "number_text", "text_number"]

_MAX_SAFE: Final = 2**53 - 1
_PLAIN_DIGITS: Final = 21
_PLAIN_ZEROS: Final = 6
_DECIMAL: Final = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_RADIX: Final = re.compile(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+")
_RADIXES: Final = {"x": 16, "o": 8, "b": 2}


def double(value: float) -> float:
    """The nearest double; Python's whole numbers have no end, and those beyond are infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value > 0 or -1)


def number(value: float) -> int | float:
    """The double as an ``int`` where it is whole, safe and not negative zero."""
    if value.is_integer() and -_MAX_SAFE <= value <= _MAX_SAFE and (value or math.copysign(1, value) > 0):
        return int(value)
    return value


def number_text(value: float) -> str:
    """The number as JavaScript prints it (ECMA-262, Number::toString): the shortest digits that say it, as Python's are."""
    if isinstance(value, int) and -_MAX_SAFE <= value <= _MAX_SAFE:
        return int.__repr__(value)  # an IntEnum has its own
    exact = double(value)
    if not math.isfinite(exact):
        return "NaN" if math.isnan(exact) else "Infinity" if exact > 0 else "-Infinity"
    if not exact:
        return "0"  # also the negative one
    written = float.__repr__(exact)
    if "e" not in written:
        return written.removesuffix(".0")
    return ("-" if exact < 0 else "") + _printed(*_digits(written.lstrip("-")))


def text_number(text: str) -> int | float:
    """What ``Number(text)`` is: blanks at the ends do not count, nothing is 0, what is no number is NaN."""
    written = text.strip(WHITESPACE)
    if not written:
        return 0
    if _DECIMAL.fullmatch(written):
        return number(float(written))
    if _RADIX.fullmatch(written):
        return number(double(int(written[2:], _RADIXES[written[1].lower()])))
    return math.nan


def _digits(written: str) -> tuple[str, int]:
    """The digits, and where the point stands in them, of a number that Python has written with an exponent."""
    mantissa, _, exponent = written.partition("e")
    whole, _, fraction = mantissa.partition(".")
    return whole + fraction, len(whole) + int(exponent)


def _printed(digits: str, point: int) -> str:
    if len(digits) <= point <= _PLAIN_DIGITS:
        return digits.ljust(point, "0")
    if 0 < point <= _PLAIN_DIGITS:
        return f"{digits[:point]}.{digits[point:]}"
    if -_PLAIN_ZEROS < point <= 0:
        return f"0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if digits[1:] else ""
    return f"{digits[0]}{rest}e{point - 1:+}"
