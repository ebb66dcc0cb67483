"""Outside: all that the server has of a run, fetched once and decoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import WorkflowExecutionDescription, WorkflowHandle
from temporalio.common import RawValue
from temporalio.converter import DataConverter

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.history import attributes_of
from dosdk_temporal._client.recorded.decoding import decode_in_place
from dosdk_temporal._pure.facts import FACTS_KEY, CallFacts
from dosdk_temporal._wire.failures import error_of
from dosdk_temporal._wire.payloads import facts_of

__all__ = ["RunRecord", "read_record"]


@dataclass(frozen=True)
class RunRecord:
    """What the server has of a run.

    Attributes:
        execution: its description.
        events: its history, payloads decoded.
        pending: the activities that have not ended, payloads decoded; what a run that has ended left pending does not count.
        memo: decoded.
        converter: the client's, but that what it decodes is decoded already.
    """

    execution: WorkflowExecutionDescription
    events: Sequence[HistoryEvent]
    pending: Sequence[PendingActivityInfo]
    memo: Mapping[str, Any]
    converter: DataConverter

    @property
    def started(self) -> Any:
        """The attributes of its first event."""
        return self.events[0].workflow_execution_started_event_attributes

    @cached_property
    def facts(self) -> CallFacts:
        """What its starter said beside its input; nothing of a run that the SDK did not start."""
        return facts_of([RawValue(payload) for payload in self.started.input.payloads][:1])

    @property
    def is_ours(self) -> bool:
        """Whether the SDK started it; Temporal's own tools may have, too."""
        return any(FACTS_KEY in payload.metadata for payload in self.started.input.payloads)

    @cached_property
    def is_refused(self) -> bool:
        """Whether the run ended before its first step: nobody has what it names, or its input does not fit."""
        kind, attributes = attributes_of(self.events[-1])
        failed = kind == "workflow_execution_failed"
        return failed and getattr(error_of(self.error(attributes.failure)), "refused", False)

    def error(self, failure: Failure) -> BaseException:
        """A failure as temporalio raises it."""
        return self.converter.failure_converter.from_failure(failure, self.converter.payload_converter)

    def upserted(self, modified: Any) -> dict[str, Any]:
        """What the event of a change of the memo wrote."""
        return {key: self.plain(payload) for key, payload in modified.upserted_memo.fields.items()}

    def plain(self, payload: Payload) -> Any:
        """The value of a payload that any Temporal client may have written."""
        return self.converter.payload_converter.from_payloads([payload])[0]


async def read_record(connection: Connection, handle: WorkflowHandle[Any, Any]) -> RunRecord:
    """Fetch a run: its description, and its history in one read.

    Raises:
        NotFoundError: when there is no such run.
    """
    with translated(connection.settings):
        described = await handle.describe()
        pinned = connection.client.get_workflow_handle(described.id, run_id=described.run_id)
        history = await pinned.fetch_history()
    converter = replace(connection.client.data_converter, payload_codec=None)
    pending = described.raw_description.pending_activities if described.close_time is None else ()
    await decode_in_place(history.events, pending, connection.client.data_converter.payload_codec)
    return RunRecord(described, history.events, pending, await described.memo(), converter)
