"""Pure: what JavaScript takes for blanks."""

from __future__ import annotations

from typing import Final

__all__ = ["WHITESPACE"]

WHITESPACE: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
)
"""White space and line terminators: between tokens, at the ends for ``trim`` and ``Number``."""
