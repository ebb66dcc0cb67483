"""Text for Slack."""

from __future__ import annotations

__all__ = ["plain"]


def plain(text: str) -> str:
    """The text as Slack shows it as it is: a customer called ``<!channel>`` must not wake everybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
