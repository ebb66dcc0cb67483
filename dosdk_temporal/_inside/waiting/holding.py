"""Inside: holding a step that has failed until a person says what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._inside.waiting.approval import check_decision
from dosdk_temporal._inside.waiting.board import Board
from dosdk_temporal._pure.calls import ActionCall
from dosdk_temporal._pure.facts import ResultFacts
from dosdk_temporal._pure.holds import Effect, Hold, Holds, hold_wait, say_effect
from dosdk_temporal._pure.resolutions import ResolutionAnswer, ResolutionRequest, read_resolution
from dosdk_temporal._pure.values import decode, encode_output
from dosdk_temporal._wire.failures import is_to_be_held
from dosdk_temporal._wire.outcomes import may_have_happened, undone_as_told
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal._wire.texts import text_of
from dosdk_temporal.errors import ApprovalError, DoError

__all__ = ["HoldWaits", "held"]

_REFUSED: Final[Effect] = "refused"
_UNKNOWN: Final[Effect] = "unknown"


@dataclass
class HoldWaits:
    """The held steps of one run, and what reaches it about them.

    Attributes:
        board: where open ones are written.
        book: what counts.
    """

    board: Board
    book: Holds

    async def wait(self, step: str, call: ActionCall, error: DoError) -> ResolutionRequest:
        """Hold a step until somebody resolves it."""
        hold = Hold(hold_wait(step, call.name, error, workflow.now()), lambda value: _check_value(value, call))
        self.book.add(hold)

        def over() -> dict[str, Any]:
            hold.abandoned = hold.request is None
            return _outcome(hold)

        with self.board.showing(hold.wait, over):
            await workflow.wait_condition(lambda: hold.request is not None)
        assert hold.request is not None  # noqa: S101 - what was waited for
        return hold.request

    def resolve(self, body: Any, *, update: workflow.UpdateInfo | None = None) -> ResolutionAnswer:
        """Let what has reached this run count.

        Raises:
            ApprovalError: when it is refused; the message says why.
        """
        check_decision(body)
        if update is not None:
            body = {"id": update.id, **body}
        return self.book.resolve(read_resolution(body), workflow.now())

    def take(self, body: Any) -> None:
        """Let count what came as a signal: a refusal has nobody to go to but the record."""
        try:
            self.resolve(body)
        except ApprovalError as error:
            self.board.refused("decision", body, error)


async def held(
    attempts: Callable[[], Awaitable[RawValue]], holds: HoldWaits | None, step: str, call: ActionCall
) -> RawValue:
    """Run a step; where it fails for good and its strategy holds it, do what a person says.

    That it is to be held stands in the failure, and so in the history: which worker replays it does not matter.

    Args:
        attempts: makes a fresh set of attempts.
        holds: where it is held; None where nobody can be asked, and the error goes on.
        step: its id.
        call: the action's.
    """
    made, effect = 0, _REFUSED
    while True:
        try:
            return await attempts()
        except DoError as error:
            if _is_unknown(error, call):
                effect = _UNKNOWN
            say_effect(error, effect)
            if holds is None or not is_to_be_held(error):
                raise
            made += error.attempts or 0
            error.attempts = made or None
            request = await _resolved(holds.wait(step, call, error), effect)
            if request.resolution == "fail":
                raise
            undone_by = undone_as_told(error.__cause__)
        if request.resolution == "skip":
            value = encode_output(request.value, f"step {step!r}")
            facts = ResultFacts(attempts=made or None, closed_at=workflow.now().isoformat(), compensate=undone_by)
            return raw_value(value, replace(facts, skipped=effect))


async def _resolved(waiting: Awaitable[ResolutionRequest], effect: Effect) -> ResolutionRequest:
    try:
        return await waiting
    except asyncio.CancelledError as cancelled:
        say_effect(cancelled, effect)
        raise


def _is_unknown(error: DoError, call: ActionCall) -> bool:
    is_local = call.definition is not None and call.definition.local
    return may_have_happened(error.__cause__, is_local=is_local)


def _check_value(value: Any, call: ActionCall) -> None:
    """Refuse what the handler that goes on with it could not take."""
    try:
        decode(encode_output(value, "the skip"), call.result_type, f"action {call.name!r}")
    except Exception as error:  # noqa: BLE001 - also what a validator of the team's own raises: the run would hang with it
        raise ApprovalError(f"the value cannot be the output of the step: {text_of(error)}") from None


def _outcome(hold: Hold) -> dict[str, Any]:
    told = {"kind": "decision", "name": hold.wait.name}
    if hold.request is None or hold.at is None:
        return {**told, "state": "abandoned"}
    return {**told, "state": hold.request.resolution, "by": hold.request.by, "at": hold.at.isoformat()}
