"""Wire: the text of an error, and how much of it travels."""

from __future__ import annotations

from typing import Final

__all__ = ["cause_of", "say_beside", "text_of"]

_SAID_BESIDE: Final = "__dosdk_said_beside__"

_DEEPEST: Final = 20
"""How many links of a chain of causes are carried."""

_LONGEST_TEXT: Final = 10_000
"""Characters of a message that travel: a failure travels with its trail and its causes, all in one call of 4 MiB."""


def text_of(error: BaseException) -> str:
    """An error's own text, in characters that can travel; its class's name where it has none."""
    try:
        text = str(error) or type(error).__name__
    except Exception:  # noqa: BLE001 - a handler's own __str__ may raise anything, and the failure is to be told all the same
        text = type(error).__name__
    text = f"{text}{getattr(error, _SAID_BESIDE, '')}".encode(errors="backslashreplace").decode()
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}… ({len(text):,} characters)"


def say_beside(error: BaseException, text: str) -> None:
    """Add to what is told of an error, whose own text is its class's to make."""
    BaseException.__setattr__(error, _SAID_BESIDE, text)  # a frozen dataclass forbids it


def cause_of(error: BaseException) -> BaseException | None:
    """What a failure may carry as its cause, for the traceback: the error, where the texts of its whole chain are no burden.

    A failure that is larger than the server takes would never arrive.
    """
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or link.__context__
    return (
        error if all(not text_of(link).endswith(" characters)") for link in chain) and len(chain) <= _DEEPEST else None
    )
