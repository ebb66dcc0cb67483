"""Pure: a value as JSON text, as ``JSON.stringify(value, null, 2)`` writes it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any, Final

from dosdk_temporal._pure.expressions.kinds import kind_of
from dosdk_temporal._pure.expressions.numbers import double, number_text
from dosdk_temporal._pure.expressions.results import without_undefined

__all__ = ["json_text"]

_HALF: Final = re.compile("[\ud800-\udfff]")
_INDENT: Final = "  "


def json_text(value: Any) -> str:
    """The value as text; numbers that JSON has not are null, and half a character is written by its number.

    Raises:
        ExpressionError: when it is nested too deeply, or holds what is not plain JSON.
    """
    return _written(without_undefined(value), "\n")


def _written(value: Any, line: str) -> str:
    match kind_of(value):
        case "number":
            return number_text(value) if math.isfinite(double(value)) else "null"
        case "string":
            return _quoted(value)
        case "list":
            return _block("[", (_written(item, line + _INDENT) for item in value), "]", line)
        case "mapping":
            fields = (f"{_quoted(key)}: {_written(item, line + _INDENT)}" for key, item in value.items())
            return _block("{", fields, "}", line)
    return json.dumps(value)


def _block(opening: str, items: Iterable[str], closing: str, line: str) -> str:
    inner = f",{line}{_INDENT}".join(items)
    return f"{opening}{line}{_INDENT}{inner}{line}{closing}" if inner else opening + closing


def _quoted(text: str) -> str:
    return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", json.dumps(text, ensure_ascii=False))
