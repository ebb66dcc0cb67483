"""Outside: how a run's waits ended, and what it was sent, read from its history: a wait's memo says which of these counted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from temporalio.api.history.v1 import HistoryEvent

from dosdk_temporal._client.recorded.values import value_of
from dosdk_temporal._pure.decisions import DecisionRequest, read_request
from dosdk_temporal._pure.interpreter.moments import Recorded
from dosdk_temporal._pure.resolutions import ResolutionRequest, is_resolution, read_resolution
from dosdk_temporal._wire.events import EventBody
from dosdk_temporal._wire.signals import APPROVE, DECIDE, EVENT, REJECT, RESOLVE
from dosdk_temporal.errors import ApprovalError, WaitTimeoutError

__all__ = ["Sent", "wait_ended"]

_NOTHING: Final = DecisionRequest(None, approved=False)


@dataclass
class Sent:
    """What reached a run.

    Attributes:
        decisions: attempts to decide, in order.
        resolutions: attempts to resolve a held step, in order.
        events: events, in order; the same one perhaps twice.
    """

    decisions: list[DecisionRequest] = field(default_factory=list)
    resolutions: list[ResolutionRequest] = field(default_factory=list)
    events: list[EventBody] = field(default_factory=list)

    def read(self, event: HistoryEvent) -> None:
        """Keep what an event of the history brings, if it brings anything."""
        if event.HasField("workflow_execution_signaled_event_attributes"):
            signal = event.workflow_execution_signaled_event_attributes
            body = value_of(signal.input.payloads)
            if signal.signal_name == EVENT:
                self.bring(body)
            elif signal.signal_name == RESOLVE:
                self._resolve(body)
            elif signal.signal_name in {APPROVE, REJECT}:
                self._decide(body, approved=signal.signal_name == APPROVE)
        elif event.HasField("workflow_execution_update_accepted_event_attributes"):
            request = event.workflow_execution_update_accepted_event_attributes.accepted_request
            if request.input.name == DECIDE:
                body = value_of(request.input.args.payloads)
                self._resolve(body) if is_resolution(body) else self._decide(body, approved=None)

    def bring(self, body: Any) -> None:
        """Keep an event as it travelled, if it is one."""
        event = EventBody.read(body)
        if event is not None:
            self.events.append(event)

    def resolution(self, told: Mapping[str, Any]) -> ResolutionRequest | None:
        """The attempt that resolved a held step, of what the memo says of it; the latest that fits."""
        said = (told.get("state"), told.get("by"))
        fitting = (one for one in reversed(self.resolutions) if (one.resolution, one.by) == said)
        return next((one for one in fitting if one.name in {None, told.get("name")}), None)

    def _decide(self, body: Any, approved: bool | None) -> None:
        with suppress(ApprovalError):  # it was refused then for the same reason
            request = read_request(body, approved)
            if request.id is None or request.id not in {one.id for one in self.decisions}:  # else it came twice
                self.decisions.append(request)

    def _resolve(self, body: Any) -> None:
        with suppress(ApprovalError):
            self.resolutions.append(read_resolution(body))


def wait_ended(told: Mapping[str, Any], sent: Sent) -> Recorded | None:
    """How a wait ended, of what the memo says of the last one; None where that is something else."""
    kind, name, state = told.get("kind"), told.get("name", ""), told.get("state")
    if kind == "event" and state == "timed_out":
        return Recorded("event", name, error=WaitTimeoutError(f"no event {name!r} came in time"))
    if kind == "event" and state == "received":
        return Recorded("event", name, value=_payload(told, sent))
    if kind == "approval" and state in {"approved", "rejected", "timed_out"}:
        return Recorded("approval", name, value=_decision(told, sent))
    return None


def _payload(told: Mapping[str, Any], sent: Sent) -> Any:
    label = told["name"]
    return next(
        (
            event.payload
            for event in reversed(sent.events)
            if event.id == told["id"] and (label == event.name or label.startswith(f"{event.name}#"))
        ),
        None,
    )


def _decision(told: Mapping[str, Any], sent: Sent) -> dict[str, Any]:
    """The decision as the definition reads it; what the memo does not carry is of the attempt that counted."""
    label, approved = told["name"], told["state"] == "approved"
    attempt = next(
        (
            request
            for request in reversed(sent.decisions)
            if (request.approved, request.by, request.form_digest) == (approved, told.get("by"), told.get("form"))
            and (request.name is None or label == request.name or label.startswith(f"{request.name}#"))
        ),
        _NOTHING,
    )
    return {
        "approved": approved,
        "by": told.get("by"),
        "at": told.get("at"),
        "comment": attempt.comment,
        "form": attempt.form,
        "timedOut": told["state"] == "timed_out",
    }
