"""Outside: a run as it goes on: redrawn on a terminal, plain lines elsewhere, nothing for programs."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from dosdk_temporal._cli.output import progress_console
from dosdk_temporal._cli.views.status import title
from dosdk_temporal._cli.views.steps import step_line, step_table
from dosdk_temporal._pure.status import ExecutionStatus, StepStatus

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["LinesProgress", "LiveProgress", "NoProgress", "Progress", "progress"]

_REDRAWN = 8
"""Times a second that durations are counted up."""


class Progress(Protocol):
    """Is told where a run stands, and shows what is new."""

    def __enter__(self) -> Self:
        """Begin to show."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave what was shown last."""
        ...

    def show(self, status: ExecutionStatus) -> None:
        """Show where the run stands now."""
        ...


def progress(*, silent: bool) -> Progress:
    """The progress that fits: none for programs, else by whether standard error is a terminal."""
    if silent:
        return NoProgress()
    console = progress_console()
    return LiveProgress(console) if console.is_terminal else LinesProgress(console)


class NoProgress:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def show(self, status: ExecutionStatus) -> None:
        """Show nothing."""


class LinesProgress(NoProgress):
    """Writes a line for each change of a step's state or attempts."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._state: str | None = None
        self._steps: dict[str, tuple[Any, ...]] = {}

    def show(self, status: ExecutionStatus) -> None:
        """Write what has changed since the last call."""
        if self._state is None:
            self._console.print(f"{status.id} started")
        for step in status.steps:
            self._show_step(step)
        if status.state not in {self._state, "running"}:
            self._console.print(title(status))
        self._state = status.state

    def _show_step(self, step: StepStatus) -> None:
        # The error may change without the state, while the next attempt is waited for; durations always do.
        facts = (step.state, step.attempts, step.error)
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
        fitting = max(self._console.height - 4, 1)
        return _drawing(self._status, self._status.steps[-fitting:])


def _drawing(status: ExecutionStatus, steps: tuple[StepStatus, ...]) -> RenderableType:
    from rich.console import Group  # noqa: PLC0415 - only on terminals

    return Group(title(status), step_table(steps)) if steps else title(status)
