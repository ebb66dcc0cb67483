"""Outside: whether the namespace of a worker can index what its runs wait for."""

from __future__ import annotations

import logging

from temporalio.client import Client

from dosdk_temporal._client.preparing import prepare_attributes

__all__ = ["ensure_indexed"]

_log = logging.getLogger("dosdk_temporal.worker")


async def ensure_indexed(client: Client) -> bool:
    """Register the search attributes that the namespace lacks, and say in the log what does without those it refuses.

    Returns:
        Whether runs may carry them: an unregistered one would fail their tasks for ever.

    Raises:
        RPCError: when the server went away.
    """
    done = await prepare_attributes(client)
    for text in done.changed:
        _log.info("%s", text)
    for text in done.without:
        _log.warning("%s", text)
    return not done.without
