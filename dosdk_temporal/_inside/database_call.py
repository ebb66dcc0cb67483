"""Inside: a call of the SDK's database from a workflow: at once where it answers, and as long as it takes where it does not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Protocol

from pydantic_core import to_json
from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.sealing import UnreadableError
from dosdk_temporal._wire.failures import Failure, error_of, is_cancellation, is_timeout
from dosdk_temporal._wire.payloads import raw_value, read
from dosdk_temporal._wire.schedule import DELIVERY, summary_of
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["DatabaseCall", "brief_database_call", "database_call", "patient_database_call"]

_BRIEFLY: Final = timedelta(seconds=2)
"""How long a run's task may be held up: no signal or update reaches it meanwhile."""

_LONGEST: Final = timedelta(seconds=60)
"""Of one attempt of the patient call; a worker that died with it is noticed after this."""


class DatabaseCall(Protocol):
    """A call of one of the SDK's own activities that only asks the database."""

    async def __call__(self, name: str, asked: Mapping[str, Any], call_id: str) -> Any:
        """Carry it out; perhaps more than once, so it must mean the same then.

        Args:
            name: the activity's wire name.
            asked: its input, plain JSON.
            call_id: unique among the run's activities.

        Returns:
            Its result, plain JSON.

        Raises:
            DoError: what the activity refuses.
        """


async def database_call(name: str, asked: Mapping[str, Any], call_id: str) -> Any:
    """Briefly; where the database does not answer, or this worker cannot read what it says, patiently."""
    try:
        return await brief_database_call(name, asked, call_id)
    except (ServerUnavailableError, UnreadableError):
        return await patient_database_call(name, asked, call_id)


async def brief_database_call(name: str, asked: Mapping[str, Any], call_id: str) -> Any:
    """Within the run's own task, without an event of its own, once.

    Raises:
        ServerUnavailableError: when the database did not answer within two seconds; whether it was done is not known.
    """
    running = workflow.execute_local_activity(
        name,
        _input(asked),
        result_type=RawValue,
        activity_id=call_id,
        start_to_close_timeout=_BRIEFLY,
        retry_policy=RetryPolicy(maximum_attempts=1),
    )
    return await _result(running)


async def patient_database_call(name: str, asked: Mapping[str, Any], call_id: str) -> Any:
    """As a regular activity, tried again until the database answers."""
    running = workflow.execute_activity(
        name,
        _input(asked),
        result_type=RawValue,
        activity_id=call_id,
        summary=summary_of(call_id),
        start_to_close_timeout=_LONGEST,
        retry_policy=DELIVERY.again(),
    )
    return await _result(running)


def _input(asked: Mapping[str, Any]) -> RawValue:
    return raw_value(to_json(asked), CallFacts(kind="step"))


async def _result(running: Any) -> Any:
    try:
        return json.loads(read(await running)[0])
    except Failure as failure:  # of a local activity, without a wrapper
        if is_cancellation(failure):
            raise asyncio.CancelledError from failure
        if is_timeout(failure):
            raise ServerUnavailableError("the database did not answer in time") from failure
        raise error_of(failure, execution_id=workflow.info().workflow_id) from failure
