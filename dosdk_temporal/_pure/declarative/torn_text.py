"""Pure: text that holds half of a character, which JSON and YAML can write and no file can hold."""

from __future__ import annotations

__all__ = ["mended"]


def mended(text: str) -> tuple[str, bool]:
    """The text with its halves joined, and with a mark for each that is alone; and whether there was such a one."""
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        return text, False
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return joined, joined.count("\ufffd") > text.count("\ufffd")
