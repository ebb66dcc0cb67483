"""Outside: the inbox: what waits for a person, from what the runs wrote down themselves. No worker is asked."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from temporalio.client import WorkflowExecution
from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.listing import quoted
from dosdk_temporal._client.memos import Memos
from dosdk_temporal._pure.waits import FOR_PEOPLE, Kind, Wait, read_waits
from dosdk_temporal._wire.search_attributes import ANYBODY, APPROVERS, UNTIL

__all__ = ["Filter", "PendingApproval", "list_approvals"]

_log = logging.getLogger("dosdk_temporal")

_PLAIN: Final = re.compile(r"[\w.@+:/# -]+")
"""Names that every server's index finds."""

_OPEN: Final = "(ExecutionStatus = 'Running' OR ExecutionStatus = 'Paused')"


@dataclass(frozen=True)
class PendingApproval:
    """An approval that waits, or a step that is held.

    Attributes:
        execution_id: of the run that waits.
        workflow: its name.
        name: of the approval, to decide it by; of a held step its id.
        title: one line.
        details: Markdown, its first 2,000 characters.
        approvers: who may decide; empty for anybody.
        since: when the wait began.
        until: when it times out; None for never.
        form: the JSON Schema of what an approval must fill in; None for nothing.
        kind: ``approval``, to approve or reject, or ``decision``: a held step, to resolve.
    """

    execution_id: str
    workflow: str
    name: str
    title: str
    details: str
    approvers: tuple[str, ...]
    since: datetime
    until: datetime | None
    form: Mapping[str, Any] | None
    kind: Kind = "approval"


@dataclass(frozen=True)
class Filter:
    """Which approvals are asked for.

    Attributes:
        assignee: who may decide; None for all.
        workflow: the name of the workflow that asks; None for all.
        overdue: only those whose time is over, and whose run could not act on it yet.
        limit: how many at most.
    """

    assignee: str | None
    workflow: str | None
    overdue: bool
    limit: int

    def takes(self, wait: Wait, now: datetime) -> bool:
        """Whether a wait is asked for."""
        mine = self.assignee is None or not wait.approvers or self.assignee in wait.approvers
        late = wait.until is not None and wait.until < now
        return wait.kind in FOR_PEOPLE and mine and (late or not self.overdue)


async def list_approvals(connection: Connection, wanted: Filter) -> list[PendingApproval]:
    """What waits, in one query, the longest waiting first.

    Where the namespace lacks the search attributes, every open run is looked at instead; that is said in the log.
    """
    now = datetime.now(UTC)
    with translated(connection.settings):
        try:
            found = await _found(connection, _query(wanted, now), wanted, now)
        except RPCError as error:
            if error.status != RPCStatusCode.INVALID_ARGUMENT:
                raise
            _log.warning(
                "namespace %r lacks the search attributes of the inbox, so every open run is looked at: 'dosdk setup' adds them",
                connection.settings.namespace,
            )
            found = await _found(connection, _plain_query(wanted), wanted, now)
    return sorted(found, key=lambda entry: (entry.since, entry.execution_id))


async def _found(connection: Connection, query: str, wanted: Filter, now: datetime) -> list[PendingApproval]:
    found: list[PendingApproval] = []
    with Memos.read_for_a_list() as memos:
        async for run in connection.client.list_workflows(query):
            found += _entries(run, await memos.of(run), wanted, now)
            if len(found) >= wanted.limit:
                break
    return found[: wanted.limit]


def _entries(
    run: WorkflowExecution, memo: Mapping[str, Any], wanted: Filter, now: datetime
) -> Iterator[PendingApproval]:
    for wait in read_waits(memo):
        if wanted.takes(wait, now):
            yield PendingApproval(
                execution_id=run.id,
                workflow=run.workflow_type,
                name=wait.name,
                title=wait.title,
                details=wait.details,
                approvers=wait.approvers,
                since=wait.since,
                until=wait.until,
                form=wait.form,
                kind=wait.kind,
            )


def _query(wanted: Filter, now: datetime) -> str:
    conditions = [_plain_query(wanted), f"{APPROVERS} IS NOT NULL"]
    # Others confuse the index of a server on SQLite; who may decide is looked up in the memo in any case.
    if wanted.assignee is not None and _PLAIN.fullmatch(wanted.assignee):
        conditions[-1] = f"{APPROVERS} IN ('{quoted(wanted.assignee)}', '{ANYBODY}')"
    if wanted.overdue:
        conditions.append(f"{UNTIL} < '{now.isoformat()}'")
    return " AND ".join(conditions)


def _plain_query(wanted: Filter) -> str:
    return _OPEN if wanted.workflow is None else f"{_OPEN} AND WorkflowType = '{quoted(wanted.workflow)}'"
