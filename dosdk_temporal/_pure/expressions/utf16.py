"""Pure: texts as JavaScript counts them: in UTF-16 units, of which a character beyond U+FFFF takes two."""

from __future__ import annotations

import re
from struct import pack, unpack
from typing import Final

__all__ = ["has_pairs", "length", "text_of", "units"]

_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")
_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def has_pairs(text: str) -> bool:
    """Whether JavaScript counts it differently, so that it has to be taken apart."""
    return not text.isascii() and _ASTRAL.search(text) is not None


def length(text: str) -> int:
    """How many units it has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def units(text: str) -> str:
    """The text with each character beyond U+FFFF as its two halves, so that Python counts and compares like JavaScript."""
    if not has_pairs(text):
        return text
    encoded = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, unpack(f"<{len(encoded) // 2}H", encoded)))


def text_of(halves: str) -> str:
    """The text with halves that meet as one character; a lone half stays, as in JavaScript."""
    if halves.isascii() or not _PAIR.search(halves):
        return halves
    codes = list(map(ord, units(halves)))
    return pack(f"<{len(codes)}H", *codes).decode("utf-16-le", "surrogatepass")
