"""Pure: texts as JavaScript counts them: in UTF-16 units, of which a character beyond U+FFFF takes two."""

from __future__ import annotations

import re
from struct import pack, unpack
from typing import Final

__all__ = ["text_of", "units"]

_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")
_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def units(text: str) -> str:
    """The text with each character beyond U+FFFF as its two halves, so that Python counts and compares like JavaScript."""
    if text.isascii() or not _ASTRAL.search(text):
        return text
    encoded = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, unpack(f"<{len(encoded) // 2}H", encoded)))


def text_of(halves: str) -> str:
    """The text with halves that meet as one character; a lone half stays, as in JavaScript."""
    if halves.isascii() or not _PAIR.search(halves):
        return halves
    codes = list(map(ord, units(halves)))
    return pack(f"<{len(codes)}H", *codes).decode("utf-16-le", "surrogatepass")
