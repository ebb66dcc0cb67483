"""Outside: the default client, to which ``dosdk_temporal.action`` and its siblings belong."""

from __future__ import annotations

from functools import lru_cache

from dosdk_temporal._client.do import Do

__all__ = ["default_do"]


@lru_cache(maxsize=1)
def default_do() -> Do:
    """The one default client; it reads its environment at its first use."""
    return Do()
