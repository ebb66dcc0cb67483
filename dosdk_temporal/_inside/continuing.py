"""Inside: a run that goes on as a new one, so that its history stays short, and loses nothing by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from temporalio import workflow

from dosdk_temporal._inside.figures import carried_figures
from dosdk_temporal._inside.waiting import Waiting
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.values import MAX_BYTES
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal.errors import PayloadTooLargeError

__all__ = ["began_at", "continue_run"]


def began_at(facts: CallFacts) -> datetime:
    """When the first run of the chain was started."""
    told = facts.carried.get("began")
    return datetime.fromisoformat(told) if told else workflow.info().workflow_start_time


def continue_run(data: bytes, facts: CallFacts, waiting: Waiting) -> NoReturn:
    """End this run and start the next under the same id.

    What reaches the run in this very moment makes the server ask again, and is carried then.

    Args:
        data: the next run's payload as JSON.
        facts: what the next run is told beside it.
        waiting: whose early decisions, consumed events and unread signals go along.

    Raises:
        PayloadTooLargeError: when they are larger than Temporal carries.
    """
    arg = raw_value(data, replace(facts, carried={**facts.carried, **waiting.carried(), **carried_figures()}))
    size = len(data) + sum(map(len, arg.payload.metadata.values()))
    if size > MAX_BYTES:
        raise PayloadTooLargeError(
            f"the next run would begin with {size:,} bytes, at most {MAX_BYTES:,} are carried: signals and decisions that came "
            "and that nobody read are among them; read them before"
        )
    waiting.board.clear()
    workflow.continue_as_new(arg=arg)
