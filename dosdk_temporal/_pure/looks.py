"""Pure: how a text looks where somebody has written it down: in JSON, in Python's own writing, in an address, in base64."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from html import escape
from urllib.parse import quote, quote_plus

__all__ = ["looks_in_base64", "looks_of"]

_SHOWN_WHOLE = 50
"""Characters of a value's repr from which on pydantic's errors show its two ends only."""


def looks_of(text: str) -> set[str]:
    """The text as it is, and as it is written in other texts."""
    raw = text.encode(errors="surrogatepass")
    written = {text, repr(text)[1:-1], ascii(text)[1:-1], repr(raw)[2:-1], escape(text)}
    written |= {quote(raw), quote(raw, safe=""), quote_plus(raw), _shortened(text)}
    written |= _in_json({text})
    return written | _in_json(written)


def looks_in_base64(text: str) -> set[str]:
    """What stands in the base64 of any text that holds this one, as in ``Authorization: Basic …``.

    Three bytes make four characters, so there are three ways to begin. The characters at either end say something of what
    stands before and after, too, and are left out.
    """
    raw = text.encode(errors="surrogatepass")
    return {
        encode(bytes(before) + raw)[first : (before + len(raw)) * 8 // 6].decode()
        for encode in (b64encode, urlsafe_b64encode)
        for before, first in ((0, 0), (1, 2), (2, 3))
    }


def _shortened(text: str) -> str:
    """As the errors of pydantic show it."""
    shown = repr(text)
    return text if len(shown) < _SHOWN_WHOLE else f"{shown[1:25]}...{shown[-24:-1]}"


def _in_json(texts: set[str]) -> set[str]:
    return {json.dumps(text, ensure_ascii=ascii_only)[1:-1] for text in texts for ascii_only in (True, False)}
