"""Inside: a handler's own place: what it can do beside running steps: wait, and go on as a new run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NoReturn

from temporalio import workflow

from dosdk_temporal._inside.continuing import continue_run
from dosdk_temporal._inside.notifications import notify
from dosdk_temporal._inside.place import WorkflowPlace
from dosdk_temporal._inside.waiting import Waiting
from dosdk_temporal._inside.waiting.signals import SignalStream
from dosdk_temporal._inside.worker_side import worker_side
from dosdk_temporal._pure.approving import ApprovalOptions
from dosdk_temporal._pure.decisions import Decision
from dosdk_temporal._pure.events import Event
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.options import Options
from dosdk_temporal._pure.values import encode_input
from dosdk_temporal._pure.waits import Wait

__all__ = ["HandlerPlace"]


class HandlerPlace(WorkflowPlace):
    """Inside a running handler.

    Args:
        name: the workflow's.
        options: the defaults of its steps.
        waiting: what reaches the run.
        facts: what the run would be told if it went on as a new one.
    """

    def __init__(self, name: str, options: Options, waiting: Waiting, facts: CallFacts) -> None:
        super().__init__(name, options, holds=waiting.holds)
        self._waiting, self._ongoing = waiting, facts

    async def wait_for_approval(self, name: str, options: ApprovalOptions) -> Decision:
        """Wait for a person's decision."""
        return await self._waiting.approvals.wait(name, options, self._remind)

    async def wait_for_event(self, name: str, match: Mapping[str, Any], timeout: timedelta | None) -> Event:  # noqa: ASYNC109
        """Wait for an event."""
        return await self._waiting.events.wait(name, match, timeout)

    def signals(self, name: str) -> SignalStream:
        """The signals of that name, from the start of the run."""
        return self._waiting.signals.stream(name)

    def patched(self, id: str) -> bool:  # noqa: A002 - Temporal's word
        """Whether this run takes the new way of a change."""
        return workflow.patched(id)

    def deprecate_patch(self, id: str) -> None:  # noqa: A002 - Temporal's word
        """Let the old way of a change be gone."""
        workflow.deprecate_patch(id)

    def continue_as_new(self, payload: Any) -> NoReturn:
        """End this run and start the next with that payload."""
        data = encode_input({} if payload is None else payload, f"workflow {self._name!r}")
        continue_run(data, self._ongoing, self._waiting)

    def is_continuing_suggested(self) -> bool:
        """Whether the server finds the history long."""
        return workflow.info().is_continue_as_new_suggested()

    def when_retried(self, renew: Callable[[], None]) -> None:
        """Call this when somebody has the run retried."""
        self._waiting.retried.renews(renew)

    async def _remind(self, wait: Wait, action: str) -> None:
        """Remind who may decide; where anybody may, whoever goes by the wait's name."""
        registry, execution_id = worker_side().registry, workflow.info().workflow_id
        until = f" until {wait.until:%Y-%m-%d %H:%M} UTC" if wait.until else ""
        lines = [wait.title, wait.details, f"Decide with: dosdk approve {execution_id} {wait.name}{until}"]
        for person in wait.approvers or (wait.name,):
            await notify(
                self.run_action,
                registry,
                to=person,
                subject=f"Reminder: {wait.title or wait.name} waits for your decision",
                body="\n\n".join(filter(None, lines)),
                kind="reminder",
                action=action,
            )
