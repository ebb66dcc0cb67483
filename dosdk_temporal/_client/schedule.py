"""Outside: one schedule, as a client holds it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

import temporalio.api.workflowservice.v1 as service
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.client import ScheduleBackfill, ScheduleHandle

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.schedule_plan import overlap_of, status_of
from dosdk_temporal._pure.awaiting import to_be_awaited
from dosdk_temporal._pure.free_text import check_free_text
from dosdk_temporal._pure.place import current_place
from dosdk_temporal._pure.schedule import check_overlap
from dosdk_temporal.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from dosdk_temporal._pure.schedule_status import ScheduleStatus

__all__ = ["Outcome", "Schedule"]

Outcome = Literal["created", "unchanged", "replaced"]

_LAST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""Temporal's calendars end there."""

_MOST_TIMES: Final = 10_000


@to_be_awaited("schedule")
class Schedule:
    """One schedule. Got without a call to the server; its methods raise ``NotFoundError`` where there is none.

    Attributes:
        id: the schedule's.
        outcome: what :meth:`Workflows.schedule` did: ``created``, ``unchanged`` or ``replaced``; None where it was not asked.
    """

    def __init__(
        self, schedule_id: str, connect: Callable[[], Awaitable[Connection]], *, outcome: Outcome | None = None
    ) -> None:
        self.id, self.outcome = schedule_id, outcome
        self._connect = connect

    def __repr__(self) -> str:
        return f"<Schedule {self.id!r}>"

    async def next_times(self, n: int = 10) -> list[datetime]:
        """When it is due next, paused or not, in UTC: the server's own times, jitter and skipped days included.

        Args:
            n: how many, at most 10,000; fewer are given where no more come before the year 2100.

        Raises:
            InputError: when ``n`` is not such a number.
            NotFoundError: when there is no such schedule.
        """
        if not isinstance(n, int) or isinstance(n, bool) or not 1 <= n <= _MOST_TIMES:
            raise InputError(f"n={n!r} is a number from 1 to {_MOST_TIMES:,}")
        status = await self.describe()
        now = datetime.now(UTC)
        jitter = timedelta(seconds=(status.plan.text.jitter or 0) if status.plan else 0)
        times: list[datetime] = []
        after = now - jitter  # a start that was due before now may be put off until after it
        while len(times) < n and (found := await self._times(after)):
            times += (time for time in found if time > now)
            after = found[-1]
        return times[:n]

    async def describe(self) -> ScheduleStatus:
        """Where it stands.

        Raises:
            NotFoundError: when there is no such schedule.
        """
        connection, handle = await self._handle()
        with self._asking(connection):
            return await status_of(connection.client.data_converter, await handle.describe())

    async def trigger(self, *, overlap: str | None = None) -> None:
        """Start a run now, paused or not; :meth:`describe` has it under ``recent`` a moment later.

        Args:
            overlap: what becomes of it while a run goes on; None for the schedule's own policy.

        Raises:
            NotFoundError: when there is no such schedule.
        """
        policy = None if overlap is None else overlap_of(check_overlap(overlap))
        connection, handle = await self._handle("trigger a schedule")
        with self._asking(connection):
            await handle.trigger(overlap=policy)

    async def pause(self, note: str = "") -> None:
        """Start nothing by itself until :meth:`unpause`; runs that go on are left alone.

        Args:
            note: why, for who looks.

        Raises:
            InputError: when the note cannot be written down.
            NotFoundError: when there is no such schedule.
        """
        check_free_text(note, "note")
        connection, handle = await self._handle("pause a schedule")
        with self._asking(connection):
            await handle.pause(note=note or "paused")

    async def unpause(self, note: str = "") -> None:
        """Start runs again, from the next time on; what was due meanwhile is not made up for: see :meth:`backfill`.

        Args:
            note: why, for who looks.

        Raises:
            InputError: when the note cannot be written down.
            NotFoundError: when there is no such schedule.
        """
        check_free_text(note, "note")
        connection, handle = await self._handle("unpause a schedule")
        with self._asking(connection):
            await handle.unpause(note=note or "unpaused")

    async def backfill(self, start: datetime, end: datetime, *, overlap: str = "buffer_all") -> None:
        """Start the runs that were due in a time that has passed, each with the time it was due.

        Args:
            start: the beginning, included, with a time zone.
            end: the end, included, with a time zone; not in the future.
            overlap: default ``buffer_all``, one after the other: under ``skip`` only the first would run.

        Raises:
            InputError: when the two are no such times.
            NotFoundError: when there is no such schedule.
        """
        for name, time in (("start", start), ("end", end)):
            if not isinstance(time, datetime) or time.tzinfo is None:
                raise InputError(f"{name}={time!r} needs a time zone, as in datetime(2027, 1, 1, tzinfo=UTC)")
        if not start < end <= datetime.now(UTC):
            raise InputError(f"a backfill is from {start} to a later time that has passed, not to {end}")
        policy = overlap_of(check_overlap(overlap))
        connection, handle = await self._handle("backfill a schedule")
        with self._asking(connection):
            await handle.backfill(ScheduleBackfill(start, end, policy))

    async def delete(self) -> None:
        """Delete it; its runs are left alone.

        Raises:
            NotFoundError: when there is no such schedule.
        """
        connection, handle = await self._handle("delete a schedule")
        with self._asking(connection):
            await handle.delete()

    async def _times(self, after: datetime) -> list[datetime]:
        connection, _ = await self._handle()
        request = service.ListScheduleMatchingTimesRequest(
            namespace=connection.settings.namespace,
            schedule_id=self.id,
            start_time=_timestamp(after),
            end_time=_timestamp(_LAST),
        )
        with self._asking(connection):
            found = await connection.client.workflow_service.list_schedule_matching_times(request)
        return [time.ToDatetime(UTC) for time in found.start_time]

    async def _handle(self, steers: str | None = None) -> tuple[Connection, ScheduleHandle]:
        place = current_place()
        if place is not None and (steers or place.kind == "workflow"):
            place.refuse(steers or "ask the server about a schedule")
        connection = await self._connect()
        return connection, connection.client.get_schedule_handle(self.id)

    @contextmanager
    def _asking(self, connection: Connection) -> Iterator[None]:
        try:
            with translated(connection.settings, "schedule"):
                yield
        except NotFoundError:
            namespace = connection.settings.namespace
            raise NotFoundError(
                f"there is no schedule {self.id!r} in namespace {namespace!r}: 'dosdk schedules' lists those there are"
            ) from None


def _timestamp(time: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(time)
    return stamp
