"""Pure: who is told when an action, a workflow or a service has failed for good: what ``on_failure=`` means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dosdk_temporal._pure.notifications import NOTIFIER

__all__ = ["FAILURE_FIELDS", "FailureHandler", "failure_report"]

FAILURE_FIELDS: Final = ("name", "input", "error", "attempts", "execution_id", "step")
"""What a failure handler may name."""


@dataclass(frozen=True)
class FailureHandler:
    """The action that is run when something has failed for good.

    Attributes:
        action: its name, or ``name@version``.
        to: whom it is to tell, where it is the notification action; empty for any other, which is given the report.
    """

    action: str
    to: tuple[str, ...] = ()

    def inputs(self, report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """What the action is called with: the report once, or a notification for each who is told."""
        return [_notification(to, report) for to in self.to] if self.to else [report]

    def to_wire(self) -> dict[str, Any]:
        """As plain JSON."""
        return {"action": self.action, "to": list(self.to)}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> FailureHandler:
        """The inverse of :meth:`to_wire`."""
        return cls(str(wire["action"]), tuple(wire.get("to", ())))

    @classmethod
    def notifying(cls, recipients: list[str]) -> FailureHandler:
        """The notification action, for these."""
        return cls(NOTIFIER, tuple(recipients))


def failure_report(
    name: str, given: Any, *, type: str, message: str, attempts: int | None, execution_id: str, step: str | None  # noqa: A002 - the error's word
) -> dict[str, Any]:  # fmt: skip
    """What a failure handler is told.

    Args:
        name: of the action, workflow or service that failed.
        given: its input, plain JSON.
        type: of the error.
        message: of the error.
        attempts: made; None where that is not known.
        execution_id: of the run.
        step: that failed; None for an action called by itself, and where no step did.
    """
    error = {"type": type, "message": message}
    values = (name, given, error, attempts, execution_id, step)
    return dict(zip(FAILURE_FIELDS, values, strict=True))


def _notification(to: str, report: Mapping[str, Any]) -> dict[str, Any]:
    error, step = report["error"], report["step"]
    where = f" in step {step!r}" if step and step != report["name"] else ""
    lines = (f"{report['name']!r} failed{where}.", f"{error['type']}: {error['message']}")
    return {
        "to": to,
        "subject": f"{report['name']!r} failed",
        "body": "\n".join((*lines, f"More: dosdk status {report['execution_id']}")),
        "execution_id": report["execution_id"],
        "kind": "onFailure",
    }
