"""Pure: free text for a record, as a reason or a note: whatever people write, in characters that can travel."""

from __future__ import annotations

from dosdk_temporal.errors import InputError

__all__ = ["check_free_text"]

_SHOWN = 40


def check_free_text(text: object, what: str) -> str:
    """The text, if it can be written down.

    Args:
        text: that was given.
        what: the argument, for the message.

    Raises:
        InputError: when it is no text, or has half of a surrogate pair, as a command's argument that is no UTF-8.
    """
    if not isinstance(text, str):
        raise InputError(f"{what} is text, not {text!r}")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(f"{what} {text[:_SHOWN]!r} has characters that UTF-8 has not: leave them out") from None
    return text
