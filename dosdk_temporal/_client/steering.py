"""Outside: steering a run that may have ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal.errors import NotFoundError

__all__ = ["has_ended", "steered"]


@contextmanager
def steered(connection: Connection, execution_id: str, verb: str) -> Iterator[None]:
    """Turn what the server's calls raise into errors of the tree; of a run that has ended, into a sentence about it.

    Args:
        connection: to the server.
        execution_id: the run's.
        verb: what is done to it, as ``cancel``.
    """
    with translated(connection.settings, "running execution"):
        try:
            yield
        except RPCError as error:
            # The server has one status for both, and its words alone tell them apart.
            if error.status == RPCStatusCode.NOT_FOUND and "already completed" in error.message:
                raise has_ended(execution_id, verb) from None
            raise


def has_ended(execution_id: str, verb: str) -> NotFoundError:
    """The error of who steers a run that has ended."""
    return NotFoundError(f"the run {execution_id!r} has ended: there is nothing to {verb}", execution_id=execution_id)
