"""Outside: schedules as ``do.workflows`` has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

from dosdk_temporal._client.workflow import Workflow
from dosdk_temporal._pure.awaiting import to_be_awaited
from dosdk_temporal._pure.names import check_asked_id
from dosdk_temporal._pure.schedule import ScheduleOptions

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do
    from dosdk_temporal._client.schedule import Schedule
    from dosdk_temporal._pure.schedule_status import ScheduleStatus

__all__ = ["ScheduleCalls"]


@to_be_awaited("do.workflows")
class ScheduleCalls:
    """The part of ``do.workflows`` that is about schedules."""

    _do: Do

    async def schedule(
        self,
        name: str | Workflow,
        document: Mapping[str, Any] | None = None,
        /,
        **options: Unpack[ScheduleOptions],
    ) -> Schedule:
        """Start a workflow again and again; the same schedule again changes nothing, another text replaces it.

        Args:
            name: the workflow's, or ``name@version``; this process need not hold its handler.
            document: the documented spelling: ``{"cronExpression": ..., "input": ..., "notifications": ...}``, the options
                below in camelCase.
            **options: ``cron_expression=`` five fields or ``@daily`` and the like, or several; ``every=`` an interval, or
                several; ``timezone=`` of the expressions (default UTC); ``input=`` becomes ``trigger.payload``;
                ``notifications=`` recipients by ``onStart``, ``onComplete``, ``onFailure``; ``overlap=`` while a run goes on:
                ``skip`` (default), ``buffer_one``, ``buffer_all``, ``cancel_other``, ``terminate_other``, ``allow_all``;
                ``jitter=`` up to how much later (default none); ``catch_up=`` how late a missed start is still made (default
                Temporal's year); ``skip=`` dates without a start; ``id=`` (default the workflow's name); ``paused=`` and
                ``note=`` of a new one: one that exists keeps its pause.

        Returns:
            The schedule; its ``outcome`` is ``created``, ``unchanged`` or ``replaced``.

        Raises:
            InputError: with all that is wrong; nothing is created then.
            ConflictError: when the id is taken by a schedule that this SDK did not write.
            ServerUnavailableError: when no server answers.
        """
        from dosdk_temporal._client.schedules import put_schedule  # noqa: PLC0415 - temporalio, only when it is needed

        return await put_schedule(self._do, name.reference if isinstance(name, Workflow) else name, document, options)

    def get_schedule(self, schedule_id: str) -> Schedule:
        """The schedule of that id, without asking whether there is one.

        Raises:
            InputError: when there can be none.
        """
        from dosdk_temporal._client.schedule import Schedule  # noqa: PLC0415 - temporalio, only when it is needed

        return Schedule(check_asked_id(schedule_id, "schedule id"), self._do.connection)

    async def list_schedules(self, *, workflow: str | None = None, limit: int = 100) -> list[ScheduleStatus]:
        """Schedules and where they stand, by id; what was just created may be missing for a second.

        Args:
            workflow: only those that start the workflow of that name.
            limit: how many at most.

        Raises:
            InputError: when an argument cannot be meant.
        """
        from dosdk_temporal._client.schedules import list_schedules  # noqa: PLC0415 - temporalio, only when it is needed

        return await list_schedules(self._do, workflow, limit)
