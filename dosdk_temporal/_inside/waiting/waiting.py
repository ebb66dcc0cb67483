"""Inside: all that reaches a run from outside while it runs, and what of it the next run of a chain must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._inside.waiting.approval import ApprovalWaits
from dosdk_temporal._inside.waiting.board import Board
from dosdk_temporal._inside.waiting.events import EventWaits
from dosdk_temporal._inside.waiting.signals import Signals
from dosdk_temporal._pure.approvals import Approvals
from dosdk_temporal._pure.values import decode
from dosdk_temporal._wire.payloads import read
from dosdk_temporal._wire.signals import EVENT
from dosdk_temporal.errors import InputError, OutputError

__all__ = ["Waiting"]


class Waiting:
    """What one run waits for."""

    def __init__(self) -> None:
        self.board = Board()
        self.approvals = ApprovalWaits(self.board, Approvals())
        self.events = EventWaits(self.board)
        self.signals = Signals()

    def signal(self, name: str, args: Sequence[RawValue]) -> None:
        """Take a signal. Nothing that is sent can fail the run: what cannot be read is told of and dropped."""
        try:
            body = decode(read(args[0])[0], Any, f"signal {name!r}") if args else None
        except (InputError, OutputError) as error:
            workflow.logger.warning("signal %r was dropped: %s", name, error)
            return
        if name == EVENT:
            self.events.deliver(body)
        else:
            self.signals.deliver(name, body)

    def carried(self) -> dict[str, Any]:
        """What is not used up yet, as plain JSON."""
        told = {
            "approvals": self.approvals.book.carried(),
            "events": self.events.carried(),
            "signals": self.signals.carried(),
        }
        return {key: value for key, value in told.items() if value}

    def restore(self, carried: Mapping[str, Any]) -> None:
        """Take up what :meth:`carried` gave in the run before this one."""
        self.approvals.book.restore(carried.get("approvals", {}))
        self.events.restore(carried.get("events", {}))
        self.signals.restore(carried.get("signals", {}))
