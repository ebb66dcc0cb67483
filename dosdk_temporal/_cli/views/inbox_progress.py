"""Outside: the inbox as it changes: redrawn on a terminal, a line a change elsewhere, a JSON document a change for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from dosdk_temporal._cli.output import console, line
from dosdk_temporal._cli.views.inbox import NOTHING, inbox_line, inbox_table
from dosdk_temporal._cli.views.showing import Showing, Unframed

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from dosdk_temporal._client.inbox import PendingApproval

__all__ = ["InboxProgress", "JsonInbox", "LinesInbox", "LiveInbox", "inbox_progress"]

_SPARE_LINES = 4
"""Of the screen, for the headings, what does not fit, and the cursor."""


InboxProgress = Showing[Sequence["PendingApproval"]]


def inbox_progress(*, as_json: bool) -> InboxProgress:
    """The one that fits: documents for programs, else by whether standard output is a terminal."""
    if as_json:
        return JsonInbox()
    out = console()
    return LiveInbox(out) if out.is_terminal else LinesInbox(out)


class _Changes(Unframed):
    """What was not there at the last look, and what is no longer there."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, datetime], PendingApproval] = {}

    def _between(
        self, found: Sequence[PendingApproval]
    ) -> Iterator[tuple[Literal["opened", "closed"], PendingApproval]]:
        now = {(entry.execution_id, entry.name, entry.since): entry for entry in found}
        known, self._known = self._known, now
        for key, entry in known.items():
            if key not in now:
                yield "closed", entry
        for key, entry in now.items():
            if key not in known:
                yield "opened", entry


class JsonInbox(_Changes):
    """Writes one JSON document a change, on one line: ``{"change": "opened", "approval": {...}}``, or ``closed``."""

    def show(self, found: Sequence[PendingApproval]) -> None:
        """Write what has changed."""
        for change, entry in self._between(found):
            line({"change": change, "approval": entry})


class LinesInbox(_Changes):
    """Writes one line a change: ``+`` for what waits now, ``-`` for what waits no more."""

    def __init__(self, out: Console) -> None:
        super().__init__()
        self._out = out
        self._looked = False

    def show(self, found: Sequence[PendingApproval]) -> None:
        """Write what has changed."""
        if not self._looked and not found:
            self._out.print(NOTHING)
        self._looked = True
        for change, entry in self._between(found):
            self._out.print(f"{'+' if change == 'opened' else '-'} {inbox_line(entry)}")


class LiveInbox:
    """Redraws the inbox in place; what it was last stays."""

    def __init__(self, out: Console) -> None:
        from rich.live import Live  # noqa: PLC0415 - only on terminals

        self._out = out
        self._live = Live(console=out, auto_refresh=False, transient=True)
        self._found: Sequence[PendingApproval] | None = None

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()
        # A display that is redrawn must fit the screen; what stays need not.
        if self._found is not None:
            self._out.print(_drawing(self._found, len(self._found)))

    def show(self, found: Sequence[PendingApproval]) -> None:
        """Draw this now."""
        self._found = found
        self._live.update(_drawing(found, max(self._out.height - _SPARE_LINES, 1)), refresh=True)


def _drawing(found: Sequence[PendingApproval], fitting: int) -> RenderableType:
    from rich.console import Group  # noqa: PLC0415 - only on terminals

    if not found:
        return NOTHING
    more = len(found) - fitting
    return Group(inbox_table(found[:fitting]), *([f"and {more} more"] if more > 0 else []))
