"""Outside: what a client is given to send may hold secrets' values where the client encrypts it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from dosdk_temporal._pure.place import current_place
from dosdk_temporal._pure.secret_values import sending

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["sent_by", "sent_where"]


def sent_by(do: Do) -> AbstractContextManager[None]:
    """What becomes JSON meanwhile is this client's to send; in a workflow or an action it is the worker's."""
    return sent_where(lambda: do.settings.encrypted)


def sent_where(is_encrypted: Callable[[], bool]) -> AbstractContextManager[None]:
    """As :func:`sent_by`, for what knows of its client only whether it encrypts: that is asked where a secret is found."""
    return sending(is_encrypted) if current_place() is None else nullcontext()
