"""Outside: creating, replacing and listing schedules."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json
from temporalio.client import (
    ScheduleAlreadyRunningError,
    ScheduleListActionStartWorkflow,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._client.calling import check_called
from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.listing import quoted
from dosdk_temporal._client.schedule import Outcome, Schedule
from dosdk_temporal._client.schedule_plan import read_plan, schedule_of
from dosdk_temporal._client.sending import sent_by
from dosdk_temporal._pure.calls import WorkflowCall, workflow_call
from dosdk_temporal._pure.free_text import check_free_text
from dosdk_temporal._pure.notifications import check_notifications
from dosdk_temporal._pure.option_names import check_names
from dosdk_temporal._pure.option_types import check_count, check_flag, check_texts
from dosdk_temporal._pure.place import current_place
from dosdk_temporal._pure.schedule import ScheduleOptions, ScheduleText, options_of, schedule_text
from dosdk_temporal._pure.schedule_status import SchedulePlan, ScheduleStatus
from dosdk_temporal._pure.versions import advice
from dosdk_temporal.errors import ConflictError, InputError, NotFoundError

if TYPE_CHECKING:
    from temporalio.client import Schedule as TemporalSchedule

    from dosdk_temporal._client.do import Do

__all__ = ["apply_schedule", "list_schedules", "put_schedule"]

_log = logging.getLogger("dosdk_temporal")

_AT_ONCE: Final = 10
"""How many schedules are asked about at a time."""


async def put_schedule(
    do: Do, reference: str, document: Mapping[str, Any] | None, options: ScheduleOptions
) -> Schedule:
    """Check what a user wrote, and see that there is such a schedule; see :meth:`Workflows.schedule`."""
    place = current_place()
    if place is not None:
        place.refuse("create a schedule")
    check_names("do.workflows.schedule", options, ScheduleOptions.__annotations__)
    documented: Mapping[str, Any] = {} if document is None else options_of(document)
    twice = sorted(set(documented) & set(options))
    if twice:
        raise InputError(f"{', '.join(twice)}: given in the document and by name")
    return await _put(do, reference, **{**documented, **options})


async def _put(
    do: Do,
    reference: str,
    *,
    input: Any = None,  # noqa: A002 - the documents' word
    notifications: Mapping[str, Any] | None = None,
    id: str | None = None,  # noqa: A002 - the contract's name
    paused: bool = False,
    note: str = "",
    **when: Any,
) -> Schedule:
    check_flag("paused", paused, InputError)
    check_free_text(note, "note")
    check_called(do, "workflow", reference)
    with sent_by(do):
        call = workflow_call(do.registry, reference, input, id=id)
    text = schedule_text(**when)
    made = await apply_schedule(do, call, text, check_notifications(notifications), paused=paused, note=note)
    if call.definition is None and made.outcome != "unchanged":
        await _warn_of_unknown(do, call, made.id)
    return made


async def _warn_of_unknown(do: Do, call: WorkflowCall, schedule_id: str) -> None:
    """Say that a name may be misspelt: a start of it would tell its caller, and a schedule has none.

    Only workers know all names; what has run before is one of them.
    """
    connection = await do.connection()
    try:
        ran = (await connection.client.count_workflows(f"WorkflowType = '{quoted(call.name)}'")).count
    except RPCError:  # the schedule is there: who may not look gets the warning all the same
        ran = 0
    if not ran:
        queue = connection.settings.task_queue
        _log.warning(
            "schedule %r: no module here has a workflow named %r, and no run of one is on record: %s",
            schedule_id,
            call.name,
            advice(do.registry.workflows, call.name, f"its runs fail unless a worker of task queue {queue!r} has it"),
        )


async def apply_schedule(
    do: Do,
    call: WorkflowCall,
    text: ScheduleText,
    notifications: Mapping[str, list[str]],
    *,
    paused: bool = False,
    note: str = "",
) -> Schedule:
    """See that there is such a schedule, and say in the log what was done for it.

    Args:
        do: whose server and task queue.
        call: the start that each run is; its id is the schedule's.
        text: when.
        notifications: recipients by moment.
        paused: whether a new one is paused; one that exists keeps its pause.
        note: of a new one.
    """
    connection = await do.connection()
    plan = SchedulePlan(
        id=call.id or call.name,
        workflow=call.name,
        version=call.version,
        input=from_json(call.data),
        text=text,
        notifications=notifications,
        task_queue=connection.settings.task_queue,
    )
    schedule = schedule_of(plan, call.data, call.definition.description if call.definition else "")
    schedule.state = ScheduleState(note=note or None, paused=paused)
    outcome = await _apply(connection, plan, schedule)
    if outcome != "unchanged":
        _log.info("schedule %r of workflow %r %s: %s", plan.id, plan.workflow, outcome, text.when)
        for warning in text.warnings(datetime.now(UTC)):
            _log.warning("schedule %r: %s", plan.id, warning)
    return Schedule(plan.id, do.connection, outcome=outcome)


async def _apply(connection: Connection, plan: SchedulePlan, schedule: TemporalSchedule) -> Outcome:
    client = connection.client
    with translated(connection.settings, "schedule"):
        try:
            await client.create_schedule(plan.id, schedule)
        except ScheduleAlreadyRunningError:
            return await _replace(connection, plan, schedule)
        except RPCError as error:
            if error.status != RPCStatusCode.INVALID_ARGUMENT:
                raise
            raise InputError(f"the server does not take schedule {plan.id!r}: {error.message}") from None
    return "created"


async def _replace(connection: Connection, plan: SchedulePlan, schedule: TemporalSchedule) -> Outcome:
    outcome: Outcome = "replaced"

    async def change(found: ScheduleUpdateInput) -> ScheduleUpdate | None:
        nonlocal outcome
        held = await read_plan(connection.client.data_converter, found.description)
        if held is None:
            raise ConflictError(
                f"the schedule id {plan.id!r} is taken by one that was not made by this SDK: choose another id"
            )
        if held.task_queue != plan.task_queue:
            _log.warning(
                "schedule %r is taken over from task queue %r by %r: its runs go to the second's workers from now on; "
                "give one of the two another id= if both are meant",
                plan.id,
                held.task_queue,
                plan.task_queue,
            )
        outcome = "unchanged" if held == plan else "replaced"
        schedule.state = found.description.schedule.state
        return ScheduleUpdate(schedule) if outcome == "replaced" else None

    await connection.client.get_schedule_handle(plan.id).update(change)
    return outcome


async def list_schedules(do: Do, workflow: str | None, limit: int | None) -> list[ScheduleStatus]:
    """Schedules and where they stand, by id, at most ``limit``; None for all.

    Raises:
        InputError: when an argument cannot be meant.
    """
    if limit is not None:
        check_count("limit", limit, error=InputError)
    check_texts(InputError, workflow=workflow)
    place = current_place()
    if place is not None and place.kind == "workflow":
        place.refuse("list schedules")
    connection, turn = await do.connection(), asyncio.Semaphore(_AT_ONCE)

    async def look(schedule_id: str) -> ScheduleStatus | None:
        async with turn:
            try:
                return await Schedule(schedule_id, do.connection).describe()
            except NotFoundError:  # deleted since it was listed
                return None

    with translated(connection.settings, "namespace"):
        ids = [schedule_id async for schedule_id in _ids(connection, workflow, limit)]
    found = await asyncio.gather(*map(look, sorted(ids)))
    return [status for status in found if status is not None]


async def _ids(connection: Connection, workflow: str | None, limit: int | None) -> AsyncIterator[str]:
    count = 0
    async for listed in await connection.client.list_schedules():
        action = listed.schedule.action if listed.schedule else None
        name = action.workflow if isinstance(action, ScheduleListActionStartWorkflow) else None
        if workflow is None or name == workflow:
            yield listed.id
            count += 1
        if count == limit:
            return
