"""Inside: all that reaches a run from outside while it runs, and what of it the next run of a chain must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._inside.waiting.approval import ApprovalWaits
from dosdk_temporal._inside.waiting.board import Board
from dosdk_temporal._inside.waiting.events import EventWaits
from dosdk_temporal._inside.waiting.holding import HoldWaits
from dosdk_temporal._inside.waiting.retried import Retried
from dosdk_temporal._inside.waiting.signals import Signals
from dosdk_temporal._pure.approvals import Approvals
from dosdk_temporal._pure.decisions import DecisionAnswer
from dosdk_temporal._pure.holds import Holds
from dosdk_temporal._pure.resolutions import ResolutionAnswer, is_resolution
from dosdk_temporal._pure.values import decode
from dosdk_temporal._wire.payloads import read
from dosdk_temporal._wire.signals import EVENT, RETRIED
from dosdk_temporal.errors import ApprovalError, InputError, OutputError

__all__ = ["Waiting"]


class Waiting:
    """What one run waits for."""

    def __init__(self) -> None:
        self.board = Board()
        self.approvals = ApprovalWaits(self.board, Approvals())
        self.holds = HoldWaits(self.board, Holds())
        self.events = EventWaits(self.board)
        self.signals = Signals()
        self.retried = Retried()

    def decide(self, body: Any, update: workflow.UpdateInfo | None) -> DecisionAnswer | ResolutionAnswer:
        """Let count what a person says: of an approval, or of a step that is held.

        Raises:
            ApprovalError: when it is refused; the message says why.
        """
        if is_resolution(body):
            return self.holds.resolve(body, update=update)
        self._refuse_for_held(body)
        return self.approvals.decide(body, update=update)

    def signal(self, name: str, args: Sequence[RawValue]) -> None:
        """Take a signal. Nothing that is sent can fail the run: what cannot be read is told of and dropped."""
        try:
            body = decode(read(args[0])[0], Any, f"signal {name!r}") if args else None
        except (InputError, OutputError) as error:
            workflow.logger.warning("signal %r was dropped: %s", name, error)
            return
        if name == EVENT:
            self.events.deliver(body)
        elif name == RETRIED:
            self.retried.take()
        else:
            self.signals.deliver(name, body)

    def _refuse_for_held(self, body: Any) -> None:
        """A decision for what is a held step would be kept for an approval that nobody ever asks for."""
        name = body.get("name") if isinstance(body, Mapping) else None
        approvals, steps = self.approvals.book.open, self.holds.book.open
        if (name in steps and name not in approvals) or (name is None and steps and not approvals):
            meant = name or steps[0]
            raise ApprovalError(
                f"{meant!r} is a step that failed and is held: approving decides nothing of it; have it tried again, skip it or "
                f"let it fail, as with: dosdk resolve {workflow.info().workflow_id} {meant} --retry"
            )

    def carried(self) -> dict[str, Any]:
        """What is not used up yet, as plain JSON."""
        told = {
            "approvals": self.approvals.book.carried(),
            "events": self.events.carried(),
            "signals": self.signals.carried(),
            **self.retried.carried(),
        }
        return {key: value for key, value in told.items() if value}

    def restore(self, carried: Mapping[str, Any]) -> None:
        """Take up what :meth:`carried` gave in the run before this one."""
        self.approvals.book.restore(carried.get("approvals", {}))
        self.events.restore(carried.get("events", {}))
        self.signals.restore(carried.get("signals", {}))
