"""Outside: a run as it goes on: redrawn on a terminal, plain lines elsewhere, nothing for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from dosdk_temporal._cli.output import line, progress_console
from dosdk_temporal._cli.views.showing import Showing, Unframed
from dosdk_temporal._cli.views.status import title
from dosdk_temporal._cli.views.steps import step_line, step_table
from dosdk_temporal._cli.views.waits import wait_lines
from dosdk_temporal._pure.status import ExecutionStatus, StepStatus
from dosdk_temporal._pure.waits import Wait

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["JsonProgress", "LinesProgress", "LiveProgress", "NoProgress", "Progress", "progress"]

_REDRAWN = 8
"""Times a second that durations are counted up."""


Progress = Showing[ExecutionStatus]


def progress(*, silent: bool, console: Console | None = None, opening: str = "started") -> Progress:
    """The progress that fits: none for programs, else by whether it is shown on a terminal.

    Args:
        silent: whether to show nothing.
        console: where; None for standard error.
        opening: what the first line says of the run, where lines are written.
    """
    if silent:
        return NoProgress()
    console = console or progress_console()
    return LiveProgress(console) if console.is_terminal else LinesProgress(console, opening)


class NoProgress(Unframed):
    """Shows nothing."""

    def show(self, status: ExecutionStatus) -> None:
        """Show nothing."""


class JsonProgress(Unframed):
    """Writes the run as one JSON document on one line, each time that anything of it has changed."""

    def __init__(self) -> None:
        self._last: ExecutionStatus | None = None

    def show(self, status: ExecutionStatus) -> None:
        """Write the run, if it has changed since the last call."""
        if status != self._last:
            self._last = status
            line(status)


class LinesProgress(Unframed):
    """Writes a line for each change of a step's state or attempts, and for each wait that begins."""

    def __init__(self, console: Console, opening: str = "started") -> None:
        self._console, self._opening = console, opening
        self._state: str | None = None
        self._steps: dict[str, tuple[Any, ...]] = {}
        self._waits: tuple[Wait, ...] = ()

    def show(self, status: ExecutionStatus) -> None:
        """Write what has changed since the last call."""
        if self._state is None:
            self._console.print(f"{status.id} {self._opening}")
        for step in status.steps:
            self._show_step(step)
        waits = _shown_waits(status)
        for told in wait_lines([wait for wait in waits if wait not in self._waits], status.id):
            self._console.print(f"  {told}")
        self._waits = waits
        if status.state not in {self._state, "running", "waiting", "held"}:
            self._console.print(title(status))
        self._state = status.state

    def _show_step(self, step: StepStatus) -> None:
        # The error may change without the state, while the next attempt is waited for; durations always do.
        facts = (step.state, step.attempts, step.error)
        if step.is_wait and step.state == "waiting":
            return  # the line of the wait tells more
        if self._steps.get(step.id) != facts:
            self._steps[step.id] = facts
            self._console.print(f"  {step_line(step)}")


class LiveProgress:
    """Redraws the run's steps in place; at the end all of them stay."""

    def __init__(self, console: Console) -> None:
        from rich.live import Live  # noqa: PLC0415 - only on terminals

        self._status: ExecutionStatus | None = None
        self._console = console
        self._live = Live(console=console, get_renderable=self._drawn, refresh_per_second=_REDRAWN, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()
        # A display that is redrawn must fit the screen; what stays need not.
        if self._status is not None:
            self._console.print(_drawing(self._status, self._status.steps))

    def show(self, status: ExecutionStatus) -> None:
        """Draw this from now on."""
        self._status = status
        self._live.refresh()

    def _drawn(self) -> RenderableType:
        if self._status is None:
            return ""
        fitting = max(self._console.height - 4 - 2 * len(self._status.waiting_for), 1)
        return _drawing(self._status, self._status.steps[-fitting:])


def _drawing(status: ExecutionStatus, steps: tuple[StepStatus, ...]) -> RenderableType:
    from rich.console import Group  # noqa: PLC0415 - only on terminals
    from rich.text import Text  # noqa: PLC0415

    told = [Text(f"  {text}", "yellow") for text in wait_lines(_shown_waits(status), status.id)]
    return Group(title(status), *([step_table(steps)] if steps else []), *told)


def _shown_waits(status: ExecutionStatus) -> tuple[Wait, ...]:
    """Without the attempts that are due: the steps tell of these."""
    return tuple(wait for wait in status.waiting_for if wait.kind != "retry")
