"""Outside: what is waited for, as people see it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from dosdk_temporal._cli.views.times import local_time
from dosdk_temporal._pure.waits import Wait

__all__ = ["decide_command", "resolve_command", "wait_lines"]

_ONE_LINE = 80
"""Characters of a title."""


def _told(wait: Wait) -> str:
    """One wait: ``approval manager (ann, bob) since …, until …: Order 7``."""
    who = f" ({', '.join(wait.approvers)})" if wait.approvers else ""
    until = f", until {local_time(wait.until)}" if wait.until else ""
    title = " ".join(wait.title.split())[:_ONE_LINE]
    kind = "held step" if wait.kind == "decision" else wait.kind
    return f"{kind} {wait.name}{who} since {local_time(wait.since)}{until}{f': {title}' if title else ''}"


def wait_lines(waits: Iterable[Wait], execution_id: str) -> Iterator[str]:
    """What each wait is for, and below what a person ends the command that does it."""
    for wait in waits:
        yield f"waits for {_told(wait)}"
        if wait.kind == "approval":
            yield f"          {decide_command(execution_id, wait.name, wait.approvers)}"
        elif wait.kind == "decision":
            yield f"          {resolve_command(execution_id, wait.name)}"


def decide_command(execution_id: str, name: str, approvers: Sequence[str]) -> str:
    """The command that approves, ready to be pasted; ``dosdk reject`` takes the same words."""
    who = shlex.quote(approvers[0]) if approvers else "YOU"
    return f"dosdk approve {shlex.quote(execution_id)} {shlex.quote(name)} --by {who}"


def resolve_command(execution_id: str, step: str) -> str:
    """The command that has a held step tried again; ``--skip VALUE`` and ``--fail`` stand in the place of ``--retry``."""
    return f"dosdk resolve {shlex.quote(execution_id)} {shlex.quote(step)} --retry --by YOU   (or --skip VALUE, --fail)"
