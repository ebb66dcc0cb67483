"""Outside: the schedules that workflows declare with ``trigger={"schedule": ...}``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dosdk_temporal._client.schedules import apply_schedule, list_schedules
from dosdk_temporal._pure.calls import workflow_call
from dosdk_temporal._pure.trigger import declared_schedule
from dosdk_temporal.errors import DoError, ServerUnavailableError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do
    from dosdk_temporal._client.schedule import Schedule
    from dosdk_temporal._pure.declared import DeclaredWorkflow
    from dosdk_temporal._pure.definitions import WorkflowDefinition
    from dosdk_temporal._pure.schedule import ScheduleText

__all__ = ["apply_declared", "no_longer_declared"]


async def apply_declared(do: Do) -> dict[str, Schedule | DoError]:
    """See that there is a schedule for each workflow of the registry that declares one, under the workflow's name.

    Returns:
        By name, the schedule or why it could not be.

    Raises:
        ServerUnavailableError: when the server went away.
    """

    async def apply(name: str, text: ScheduleText) -> Schedule | DoError:
        try:
            return await apply_schedule(do, workflow_call(do.registry, name, None), text, {})
        except ServerUnavailableError:
            raise
        except DoError as error:
            return error

    declared = {definition.name: declared_schedule(definition.trigger) for definition in _latest(do)}
    texts = {name: text for name, text in declared.items() if text is not None}
    return dict(zip(texts, await asyncio.gather(*(apply(*each) for each in texts.items())), strict=True))


async def no_longer_declared(do: Do) -> list[str]:
    """Ids of schedules that a workflow of the registry declared once and does not any more. They go on until deleted.

    Which other workflows have gone this process cannot know: their code may be with other workers.
    """
    silent = {definition.name for definition in _latest(do) if "schedule" not in definition.trigger}
    found = await list_schedules(do, None, limit=None) if silent else []
    return [
        status.id
        for status in found
        if status.plan is not None
        and status.plan.text.declared
        and status.plan.task_queue == do.settings.task_queue
        and status.workflow in silent
    ]


def _latest(do: Do) -> list[WorkflowDefinition | DeclaredWorkflow]:
    shelf = do.registry.workflows
    names = dict.fromkeys(definition.name for definition in shelf)
    return [definition for definition in map(shelf.find, names) if definition is not None]
