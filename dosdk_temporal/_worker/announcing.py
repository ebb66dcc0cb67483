"""Outside: the announcement of a starting worker's workflows to the events that start them."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from dosdk_temporal._outside.events.announcing import Announcer
from dosdk_temporal.errors import DoError, ServerUnavailableError

__all__ = ["Announcing"]

_log = logging.getLogger("dosdk_temporal.worker")

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 10.0
"""Seconds between two tries while the database is away."""


class Announcing:
    """Announces once, at the start; where the database is away, in the background until it is there.

    Args:
        announcer: who writes it.
    """

    def __init__(self, announcer: Announcer) -> None:
        self.announcer = announcer
        self._trying: asyncio.Task[None] | None = None

    async def begin(self, namespace: str, task_queue: str) -> None:
        """Announce; the worker serves what needs no database also while that is away.

        Raises:
            DefinitionError: when what is configured as the database is none.
        """
        try:
            await self.announcer.announce(namespace, task_queue)
        except ServerUnavailableError as error:
            _log.warning("%s; until then events start nothing new", error)
            self._trying = asyncio.create_task(self._try_on(namespace, task_queue))

    def stop(self) -> None:
        """Try no longer."""
        if self._trying is not None:
            self._trying.cancel()

    async def _try_on(self, namespace: str, task_queue: str) -> None:
        pause = _FIRST_PAUSE
        while True:
            await asyncio.sleep(pause)
            try:
                await self.announcer.announce(namespace, task_queue)
            except ServerUnavailableError:
                pause = min(pause * 2, _LONGEST_PAUSE)
            except DoError as error:
                _log.error("%s; events start nothing new", error)
                return
            else:
                _log.info("the database is there: events start this worker's workflows")
                return
