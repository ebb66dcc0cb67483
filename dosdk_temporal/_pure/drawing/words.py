"""Pure: the words of pictures."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dosdk_temporal._pure.expressions.faults import ExpressionSyntaxError
from dosdk_temporal._pure.expressions.program import compile_text

__all__ = ["expression", "length"]

_UNITS: Final = (("d", 86_400), ("h", 3_600), ("m", 60))


def expression(text: str) -> str:
    """An expression without the braces around it; a text that holds some as it is."""
    try:
        return compile_text(text).source
    except ExpressionSyntaxError:
        return text


def length(time: timedelta | None) -> str:
    """A length of time in two units at most: ``3d``, ``1h 30m``, ``2.5s``, ``250ms``."""
    seconds = time.total_seconds() if time else 0.0
    for index, (unit, size) in enumerate(_UNITS):
        if seconds >= size:
            count, rest = divmod(round(seconds), size)
            below, least = _UNITS[index + 1] if index + 1 < len(_UNITS) else ("s", 1)
            return f"{count}{unit} {rest // least}{below}" if rest // least else f"{count}{unit}"
    return f"{seconds:.3g}s" if seconds >= 1 or not seconds else f"{seconds * 1000:.3g}ms"
