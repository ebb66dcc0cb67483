"""Outside: the events of a history: their kinds and times, and how its waits ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHandle

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._pure.waits import LAST_WAIT

__all__ = ["attributes_of", "past_waits", "time_of"]


def attributes_of(event: HistoryEvent) -> tuple[str, Any]:
    """The kind of an event as its field is called, ``timer_fired``, and what it says; nothing of a kind not known yet."""
    field = event.WhichOneof("attributes")
    return ("", None) if field is None else (field.removesuffix("_event_attributes"), getattr(event, field))


async def past_waits(connection: Connection, handle: WorkflowHandle[Any, Any]) -> list[dict[str, Any]]:
    """How each wait of a run ended, and which attempts were refused, in order; see ``Board``."""
    converter = connection.client.data_converter
    with translated(connection.settings):
        history = await handle.fetch_history()
    told = []
    for event in history.events:
        fields = event.workflow_properties_modified_event_attributes.upserted_memo.fields
        if LAST_WAIT in fields:
            told += await converter.decode([fields[LAST_WAIT]], [dict])
    return told


def time_of(stamp: Timestamp) -> datetime:
    """A time as Temporal writes it, in UTC."""
    return stamp.ToDatetime(UTC)
