"""Inside: the current details of a run that waits, in Markdown, for people who look at Temporal's Web UI."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from dosdk_temporal._pure.waits import Wait

__all__ = ["details_of"]

_LONGEST: Final = 20_000
"""Characters that Temporal takes."""


def details_of(waits: Iterable[Wait], execution_id: str) -> str:
    """What is waited for, since when, until when, and the command that decides; empty when nothing is."""
    text = "\n\n".join(_told(wait, execution_id) for wait in waits)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _told(wait: Wait, execution_id: str) -> str:
    until = f", until {_time(wait.until)}" if wait.until else ""
    if wait.kind == "decision":
        return _held(wait, execution_id)
    lines = [f"**Waits for {wait.kind} `{wait.name}`** since {_time(wait.since)}{until}"]
    if wait.kind == "approval":
        lines += [wait.title] if wait.title else []
        lines += [wait.details] if wait.details else []
        lines.append(f"Who may decide: {', '.join(wait.approvers) or 'anybody'}")
        who = shlex.quote(wait.approvers[0]) if wait.approvers else "YOU"
        words = f"{shlex.quote(execution_id)} {shlex.quote(wait.name)} --by {who}"
        lines.append(f"    dosdk approve {words}\n    dosdk reject {words}")
    return "\n\n".join(lines)


def _held(wait: Wait, execution_id: str) -> str:
    lines = [f"**Step `{wait.name}` is held** since {_time(wait.since)}", wait.details or wait.title]
    lines.append("It can be tried again, skipped with a value as its output, or let fail:")
    words = f"    dosdk resolve {shlex.quote(execution_id)} {shlex.quote(wait.name)} --by YOU"
    lines.append("\n".join(f"{words} {how}" for how in ("--retry", "--skip VALUE", "--fail")))
    return "\n\n".join(lines)


def _time(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M UTC")
