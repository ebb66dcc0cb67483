"""Inside: telling people of a run, by the notification action. Whether they could be told never changes the run."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._inside.place import WorkflowPlace
from dosdk_temporal._inside.worker_side import WorkerSide
from dosdk_temporal._pure.calls import ActionCall, action_call
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.names import StepIds
from dosdk_temporal._pure.notifications import NOTIFIER
from dosdk_temporal._pure.options import Options
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._wire.texts import text_of
from dosdk_temporal.errors import NotFoundError

__all__ = ["notify", "told_of"]

_log = logging.getLogger("dosdk_temporal")


async def notify(
    run_action: Callable[[ActionCall], Awaitable[Any]],
    registry: Registry,
    *,
    to: str,
    subject: str,
    body: str,
    kind: str,
    action: str = NOTIFIER,
) -> bool:
    """Tell one recipient, as a durable step; a failure is said in the log and raised nowhere.

    Args:
        run_action: runs the step: a place's.
        registry: of the worker, where the action may be defined.
        to: an address, or whatever the action knows.
        subject: one line.
        body: plain text.
        kind: why, for the action: ``onStart``, ``onComplete``, ``onFailure``, or a wait's word.
        action: the name of the one that tells.

    Returns:
        Whether the action succeeded.
    """
    given = {
        "to": to,
        "subject": subject,
        "body": body,
        "execution_id": workflow.info().workflow_id,
        "kind": kind,
    }
    try:
        await run_action(action_call(registry, action, given, Options(), None))
    except Exception as error:  # noqa: BLE001 - also what a validator of the action's own raises: the run is not to fail for it
        if not workflow.unsafe.is_replaying_history_events():
            _log.warning("%s was not told of %s (%s): %s", to, kind, text_of(error), _advice(error, action))
        return False
    return True


async def told_of(
    running: Awaitable[RawValue],
    whom: Mapping[str, Sequence[str]],
    facts: CallFacts,
    side: WorkerSide,
    *,
    unless: tuple[type[Exception], ...],
) -> RawValue:
    """What the run gives; people are told of its start, and of its success or failure, and of a cancellation nobody.

    The start is told while the run goes on; it ends when all are told. A cancellation that comes when the handler has ended
    changes nothing any more.

    Args:
        running: what the run does.
        whom: recipients by moment.
        facts: the run's.
        side: of its worker.
        unless: errors that fail the workflow's task, and so not the run.
    """
    if not whom:
        return await running
    teller = _Teller(side.registry, whom, facts)
    started = asyncio.create_task(teller.tell("onStart", "started"))
    try:
        result = await running
    except unless:
        raise
    except Exception as error:
        await _to_the_end(started)
        reason = f"{type(error).__name__}: {text_of(error)}"
        await _to_the_end(asyncio.create_task(teller.tell("onFailure", "failed", reason)))
        raise
    except (asyncio.CancelledError, workflow.ContinueAsNewError):
        await _to_the_end(started)
        raise
    await _to_the_end(started)
    await _to_the_end(asyncio.create_task(teller.tell("onComplete", "completed")))
    return result


class _Teller:
    """Tells of one run, in steps that no step of its handler shares an id with."""

    def __init__(self, registry: Registry, whom: Mapping[str, Sequence[str]], facts: CallFacts) -> None:
        self._registry, self._whom, self._facts = registry, whom, facts

    async def tell(self, moment: str, became: str, reason: str = "") -> None:
        """Tell all recipients of a moment at once."""
        info = workflow.info()
        if moment == "onStart" and info.continued_run_id is not None:
            return  # it was told when the run first began
        place = WorkflowPlace(info.workflow_type, Options(), StepIds(f"{moment}/"))
        subject = f"Workflow {info.workflow_type!r} {became}"
        body = "\n".join(self._lines(f"{subject}.", reason))
        calls = (
            notify(place.run_action, self._registry, to=to, subject=subject, body=body, kind=moment)
            for to in self._whom.get(moment, ())
        )
        await asyncio.gather(*calls)

    def _lines(self, first: str, reason: str) -> Iterator[str]:
        info, trigger = workflow.info(), self._facts.trigger
        yield first
        if reason:
            yield reason
        if trigger.get("kind") == "schedule":
            yield f"Started by schedule {trigger.get('name')!r}."
        yield f"More: dosdk status {info.workflow_id}"


async def _to_the_end(task: asyncio.Task[None]) -> None:
    """Wait for a task whatever is cancelled meanwhile."""
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(task)


def _advice(error: Exception, action: str) -> str:
    if isinstance(error, NotFoundError):
        return f"define an action {action!r}, or let the worker load a module that has one"
    return f"see to action {action!r}; the run is not affected"
