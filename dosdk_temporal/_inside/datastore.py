"""Inside: a run's calls of the Datastore: within its own task where that can carry the answer, else as a regular activity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pydantic_core import to_json
from temporalio import workflow

from dosdk_temporal._inside.database_call import brief_database_call, patient_database_call
from dosdk_temporal._pure.datastore import StoreCall
from dosdk_temporal._pure.datastore_changes import answer_of
from dosdk_temporal._wire.datastore import BRIEF_BYTES, USE_DATASTORE
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["DatastoreUse"]

_TASK_BYTES: Final = 2 * 1024 * 1024
"""Of answers in one workflow task: half of what Temporal takes of it; past that it ends the run."""

_MARKER_BYTES: Final = 512
"""What goes with each answer."""


class DatastoreUse:
    """The calls of one run.

    How much a task carries is counted by the answers alone, which are the same on replay; where a task begins is not.

    Args:
        counting: told of each input that goes to the server, which raises where a task would have too much of it.
    """

    def __init__(self, counting: Callable[[bytes], None]) -> None:
        self._counting = counting
        self._answered = 0
        """Bytes of brief answers since a regular activity came back; all that were before it have been sent."""
        self._open = 0
        """Brief calls in progress."""

    async def call(self, call: StoreCall, call_id: str) -> Any:
        """Carry it out, a write once.

        Args:
            call: what is asked.
            call_id: unique among the run's activities.

        Raises:
            DoError: see :func:`answer_of`.
        """
        asked = {"call": call.to_wire(), "write_id": str(workflow.uuid4()) if call.is_write else None}
        outcome = await self._briefly(asked, call_id)
        if outcome is None:
            self._counting(to_json(asked))
            outcome = await patient_database_call(USE_DATASTORE, asked, call_id)
            self._answered = 0
        return answer_of(outcome)

    async def _briefly(self, asked: dict[str, Any], call_id: str) -> dict[str, Any] | None:
        """The outcome; None where the database did not answer, or the task cannot carry it."""
        if self._answered + (self._open + 1) * BRIEF_BYTES > _TASK_BYTES:
            return None
        self._open += 1
        try:
            outcome: dict[str, Any] = await brief_database_call(USE_DATASTORE, asked, call_id)
        except ServerUnavailableError:
            return None
        finally:
            self._open -= 1
        self._answered += len(to_json(outcome)) + _MARKER_BYTES
        return None if "large" in outcome else outcome
