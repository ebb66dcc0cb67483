"""Outside: what workflow code does while it is replayed, and at which of its lines, activation by activation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import FrameType
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowInstance, WorkflowInstanceDetails

__all__ = ["Followed", "FollowingRunner"]


@dataclass
class Followed:
    """Where the code of one run has come to.

    Attributes:
        seen: how many events of the record it knew in its last activation.
        commands: what it did there.
        lines: where it was then, each ``(file, line)``.
        timers: by timer id, how long each is that it has started, and where.
    """

    seen: int = 0
    commands: list[WorkflowCommand] = field(default_factory=list)
    lines: list[tuple[str, int]] = field(default_factory=list)
    timers: dict[str, tuple[timedelta, list[tuple[str, int]]]] = field(default_factory=dict)
    _awaited: dict[asyncio.Task[Any], Any] = field(default_factory=dict)
    _outermost: FrameType | None = None

    def note(
        self,
        activation: WorkflowActivation,
        completion: WorkflowActivationCompletion,
        tasks: set[asyncio.Task[Any]],
        is_own: Callable[[str], bool],
    ) -> None:
        """Take down one activation; the one that only ends the replay says nothing."""
        if any(job.HasField("remove_from_cache") for job in activation.jobs):
            return
        self.seen = activation.history_length
        self.commands = list(completion.successful.commands)
        self.lines = self._moved(tasks, is_own)
        for command in self.commands:
            if command.HasField("start_timer"):
                length = command.start_timer.start_to_fire_timeout.ToTimedelta()
                self.timers[str(command.start_timer.seq)] = length, self.lines

    def _moved(self, tasks: set[asyncio.Task[Any]], is_own: Callable[[str], bool]) -> list[tuple[str, int]]:
        """The deepest line of the project's in each task that went on: that now waits for something else than before."""
        before, self._awaited = self._awaited, {}
        moved: set[tuple[str, int]] = set()
        for task in tasks:
            frames, awaited = _chain(task)
            self._awaited[task] = awaited
            own = [frame for frame in frames if is_own(frame.f_code.co_filename)]
            if own and self._outermost is None:
                self._outermost = own[0]
            if own and before.get(task) is not awaited:
                moved.add((own[-1].f_code.co_filename, own[-1].f_lineno))
        if not moved and self._outermost is not None:  # the handler has ended: its frame still tells at which line
            moved.add((self._outermost.f_code.co_filename, self._outermost.f_lineno))
        return sorted(moved)


class FollowingRunner(UnsandboxedWorkflowRunner):
    """Runs workflows as a worker does, and takes down where each has come to.

    Args:
        is_own: whether a file is the project's.

    Attributes:
        followed: by run id.
    """

    def __init__(self, is_own: Callable[[str], bool]) -> None:
        super().__init__()
        self._is_own = is_own
        self.followed: dict[str, Followed] = {}

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """See the base class."""
        instance: Any = super().create_instance(det)
        activate = instance.activate
        followed = self.followed[det.info.run_id] = Followed()

        def noted(activation: WorkflowActivation) -> WorkflowActivationCompletion:
            completion: WorkflowActivationCompletion = activate(activation)
            # The instance is the event loop of its run.
            followed.note(activation, completion, asyncio.all_tasks(instance), self._is_own)
            return completion

        instance.activate = noted
        return instance  # type: ignore[no-any-return] # as it came


def _chain(task: asyncio.Task[Any]) -> tuple[list[FrameType], Any]:
    """The frames of a task that is suspended, from its own function to the one that waits, and what that waits for."""
    frames = []
    running: Any = task.get_coro()
    while getattr(running, "cr_frame", None) is not None:
        frames.append(running.cr_frame)
        running = running.cr_await
    return frames, running
