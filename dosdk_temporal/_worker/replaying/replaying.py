"""Outside: replaying recorded runs against the code there is now. No worker and no server is needed for it."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.worker import Replayer

from dosdk_temporal._outside.settling import settle_at_exit
from dosdk_temporal._pure.definitions import WorkflowDefinition
from dosdk_temporal._pure.places import is_own
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._wire.encryption import ClearFailures
from dosdk_temporal._worker.plugin import DoPlugin
from dosdk_temporal._worker.replaying.following import Followed, FollowingRunner
from dosdk_temporal._worker.replaying.outcome import Parting, Recorded, Replayed
from dosdk_temporal._worker.replaying.parting import other_length, parting_of, shown_line

__all__ = ["replay"]


async def replay(
    registry: Registry, histories: AsyncIterable[Recorded] | Iterable[Recorded], *, any_length: bool = False
) -> AsyncIterator[Replayed]:
    """Replay each history, one after the other.

    Args:
        registry: whose workflows.
        histories: of their runs.
        any_length: whether a timer may have another length than recorded.
    """
    settle_at_exit()
    runner = FollowingRunner(is_own)
    replayer = Replayer(
        workflows=[], plugins=[_ReplayPlugin(registry)], unsandboxed_workflow_runner=runner, runtime=_quiet_runtime()
    )
    given: list[Recorded] = []
    waiting: list[Recorded] = []

    async def feed() -> AsyncIterator[WorkflowHistory]:
        async for recorded in _each(histories):
            if _has_begun(recorded.history):
                given.append(recorded)
                yield recorded.history
            else:
                waiting.append(recorded)

    async with replayer.workflow_replay_iterator(feed()) as results:
        async for result in results:
            recorded, history = given.pop(), result.history
            followed = runner.followed.pop(history.run_id, Followed())
            parting = _parting(result.replay_failure, history, followed, any_length=any_length)
            if parting is not None and parting.line is None:
                parting = replace(parting, line=_handler_line(registry, recorded.workflow))
            yield _replayed(recorded, parting)
    for recorded in waiting:
        yield _replayed(recorded, None)


class _ReplayPlugin(DoPlugin):
    """Reads what is encrypted; what its own failures say is told to people, and sent nowhere."""

    def configure_replayer(self, config: Any) -> Any:
        """See the base class."""
        config = super().configure_replayer(config)
        return {**config, "data_converter": replace(config["data_converter"], failure_converter_class=ClearFailures)}


def _has_begun(history: WorkflowHistory) -> bool:
    """Whether any code has run for it: with what has none, none can part."""
    return any(event.HasField("workflow_task_completed_event_attributes") for event in history.events)


def _replayed(recorded: Recorded, parting: Parting | None) -> Replayed:
    history = recorded.history
    return Replayed(history.workflow_id, history.run_id, recorded.workflow, recorded.file, parting)


def _parting(
    failure: BaseException | None, history: WorkflowHistory, followed: Followed, *, any_length: bool
) -> Parting | None:
    changed = None if any_length else other_length(history.events, followed)
    if failure is None:
        return changed
    failed = parting_of(failure, history.events, followed)
    is_first = changed is not None and (changed.event_id or 0) < (failed.event_id or 0)
    return changed if is_first else failed


def _handler_line(registry: Registry, workflow: str) -> str | None:
    """Where the handler begins: for one that ended before it ever waited."""
    definition = registry.workflows.find(workflow)
    if not isinstance(definition, WorkflowDefinition):
        return None
    file, _, line = definition.source
    return shown_line(file, line)


async def _each(histories: AsyncIterable[Recorded] | Iterable[Recorded]) -> AsyncIterator[Recorded]:
    if isinstance(histories, AsyncIterable):
        async for recorded in histories:
            yield recorded
    else:
        for recorded in histories:
            yield recorded


@lru_cache(maxsize=1)
def _quiet_runtime() -> Runtime:
    """Its core says nothing: each failure is told by its replay."""
    silent = LoggingConfig(TelemetryFilter(core_level="OFF", other_level="OFF"))
    return Runtime(telemetry=TelemetryConfig(logging=silent))
