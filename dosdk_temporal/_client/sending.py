"""Outside: what a client is given to send may hold secrets' values where the client encrypts it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from dosdk_temporal._pure.secret_values import sending

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["sent_by"]


def sent_by(do: Do) -> AbstractContextManager[None]:
    """What becomes JSON meanwhile is this client's to send; in a workflow or an action it is the worker's."""
    return sending(lambda: do.settings.encrypted) if do.place().kind == "outside" else nullcontext()
