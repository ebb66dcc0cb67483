"""Wire: the text of an error, and how much of it travels."""

from __future__ import annotations

from typing import Final

from dosdk_temporal._pure.revealed import REVEALED
from dosdk_temporal._wire.masking import masked_error

__all__ = ["cause_of", "say_beside", "sendable", "text_of"]

_SAID_BESIDE: Final = "__dosdk_said_beside__"

_DEEPEST: Final = 20
"""How many links of a chain of causes are carried."""

_LONGEST_TEXT: Final = 10_000
"""Characters of a message that travel: a failure travels with its trail and its causes, all in one call of 4 MiB."""


def text_of(error: BaseException) -> str:
    """An error's own text, in characters that can travel, secrets masked; its class's name where it has none."""
    try:
        text = str(error) or type(error).__name__
    except Exception:  # noqa: BLE001 - a handler's own __str__ may raise anything, and the failure is to be told all the same
        text = type(error).__name__
    text = REVEALED.masked(sendable(f"{text}{getattr(error, _SAID_BESIDE, '')}"))
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}… ({len(text):,} characters)"


def sendable(text: str) -> str:
    """A text whose characters all are some in UTF-8: half a surrogate pair, as in a file's odd name, is written out."""
    return text.encode(errors="backslashreplace").decode()


def say_beside(error: BaseException, text: str) -> None:
    """Add to what is told of an error, whose own text is its class's to make."""
    BaseException.__setattr__(error, _SAID_BESIDE, text)  # a frozen dataclass forbids it


def cause_of(error: BaseException) -> BaseException | None:
    """What a failure may carry as its cause, for the traceback: the error, secrets masked, where its whole chain can travel.

    Temporal writes each link as it is: a failure that is larger than the server takes would never arrive, and one whose text
    cannot be written, or whose chain comes back to its beginning, would not even be sent.
    """
    link: BaseException | None = error
    for _ in range(_DEEPEST + 1):
        if link is None:
            return masked_error(error)
        if not _travels(link):
            return None
        link = link.__cause__ or link.__context__
    return None


def _travels(link: BaseException) -> bool:
    try:
        text = str(link)
        text.encode()
    except Exception:  # noqa: BLE001 - see text_of
        return False
    return len(text) <= _LONGEST_TEXT
