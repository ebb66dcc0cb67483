"""Pure: the steps that wait: for time, an event, or a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dosdk_temporal._pure.declarative.kinds import Approval, Wait, WaitForEvent
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.interpreter.effects import Asked
from dosdk_temporal._pure.interpreter.faults import located
from dosdk_temporal._pure.interpreter.scope import Scope
from dosdk_temporal._pure.interpreter.walking import Walker
from dosdk_temporal.errors import WaitTimeoutError

__all__ = ["ask", "wait", "wait_for_event"]


async def wait(walker: Walker, step: Step, kind: Wait, scope: Scope) -> None:
    """Pause; not at all until a time that is past."""
    length = kind.length
    if length is None:
        until = walker.render(kind.until, scope, step.id, "wait.until")
        length = max(_moment(until, step, kind.until or "") - walker.effects.now(), timedelta(0))
    await walker.effects.sleep(step.id, length)


async def wait_for_event(walker: Walker, step: Step, kind: WaitForEvent, scope: Scope) -> Any:
    """The payload of an event; undefined where none came in time and the run is to go on."""
    match = walker.render(dict(kind.match), scope, step.id, "waitForEvent.match")
    try:
        return await walker.effects.wait_for_event(step.id, kind.event, match, kind.timeout)
    except WaitTimeoutError:
        if kind.on_timeout == "fail":
            raise
        return UNDEFINED


async def ask(walker: Walker, step: Step, kind: Approval, scope: Scope) -> Mapping[str, Any]:
    """A person's decision: yes and no are both outputs; that nobody decided in time is a failure, unless the run is to go on."""
    asked = Asked(
        step=step.id,
        approvers=tuple(_people(walker.render(list(kind.approvers), scope, step.id, "approval.approvers"))),
        title=_text(walker.render(kind.title, scope, step.id, "approval.title")),
        details=_text(walker.render(kind.details, scope, step.id, "approval.details")),
        form=kind.form,
        timeout=kind.timeout,
        remind_every=kind.remind_every,
    )
    decision = await walker.effects.wait_for_approval(asked)
    if decision["timedOut"] and kind.on_timeout == "fail":
        raise WaitTimeoutError(f"nobody decided {step.id!r} in time", step=step.id)
    return decision


def _moment(value: Any, step: Step, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        message = f"{json.dumps(value)} is no time: write one like 2027-01-31T09:00:00Z"
        raise located(ExpressionError(message, expression=text), step.id, "wait.until") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _people(rendered: list[Any]) -> list[str]:
    """Names; a template may have given a list of them."""
    several = [person for given in rendered for person in (given if isinstance(given, list) else [given])]
    return [str(person) for person in several if person is not None]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
