"""Outside: how long a worker lets be remembered what its transactional actions have done."""

from __future__ import annotations

import logging

from temporalio.client import Client
from temporalio.service import RPCError

from dosdk_temporal._client.namespace import read_retention
from dosdk_temporal._outside.transactions.worker_transactions import WorkerTransactions

__all__ = ["begin_transactions"]

_log = logging.getLogger("dosdk_temporal.worker")


async def begin_transactions(transactions: WorkerTransactions, client: Client) -> None:
    """Look for the databases that actions name, and remember as long as the namespace keeps closed runs, if that is longer.

    Raises:
        DefinitionError: when a database has no address.
    """
    for _ in transactions.named():
        pass
    try:
        transactions.kept_for = max(transactions.kept_for, await read_retention(client))
    except RPCError as error:
        days = transactions.kept_for.days
        _log.info(
            "what transactions did is remembered for %s days (how long runs are kept is not told: %s)", days, error
        )
