"""Outside: the trail of a run, for people and for files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from dosdk_temporal._cli.views.json_text import as_text
from dosdk_temporal._cli.views.times import local_time
from dosdk_temporal._pure.audit import AuditEntry
from dosdk_temporal._pure.status import ExecutionStatus

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["as_document", "audit_lines", "show_audit", "write_audit"]

_TOLD_APART = ("output", "input", "error")
"""What an entry says that has a line of its own."""


def show_audit(console: Console, run: ExecutionStatus) -> None:
    """Print the trail: one line an entry, and below it what went in or came out."""
    console.print(f"{run.id}  {run.name}  run {run.run_id}")
    for line in audit_lines(run.audit_trail or ()):
        console.print(f"  {line}")


def audit_lines(entries: Sequence[AuditEntry]) -> Iterator[str]:
    """The entries as plain text."""
    for entry in entries:
        yield f"{local_time(entry.time)}  {entry.event:<19}  {_told(entry)}".rstrip()
        for name in _TOLD_APART:
            value = getattr(entry, name)
            if value not in (None, {}):
                yield f"{'':21}{name}: {as_text(value)}"


def as_document(runs: Sequence[ExecutionStatus]) -> list[dict[str, Any]]:
    """The runs with their trails, as plain values."""
    return [
        {
            "id": run.id,
            "run_id": run.run_id,
            "name": run.name,
            "version": run.version,
            "state": run.state,
            "audit_trail": run.audit_trail,
        }
        for run in runs
    ]


def write_audit(file: Path, runs: Sequence[ExecutionStatus]) -> int:
    """Write the trails and give how many entries they have.

    Raises:
        typer.BadParameter: when the file cannot be written.
    """
    from pydantic_core import to_json  # noqa: PLC0415 - only where it is asked for

    entries = [(run, entry) for run in runs for entry in run.audit_trail or ()]
    if file.suffix == ".jsonl":
        lines = (to_json({"id": run.id, "run_id": run.run_id, **vars(entry)}) for run, entry in entries)
        text = b"".join(line + b"\n" for line in lines)
    else:
        text = to_json(as_document(runs), indent=2) + b"\n"
    try:
        file.write_bytes(text)
    except OSError as error:
        raise typer.BadParameter(
            f"the file {str(file)!r} cannot be written: {error.strerror}", param_hint="--output"
        ) from None
    return len(entries)


def _told(entry: AuditEntry) -> str:
    action = f"({entry.action}{f'@{entry.version}' if entry.version else ''})" if entry.action else ""
    attempt = f"attempt {entry.attempt}" if entry.attempt else ""
    actor = f"by {entry.actor}" if entry.actor else ""
    parts = (
        entry.step or "",
        "" if entry.action == entry.step and not entry.version else action,
        attempt,
        actor,
        entry.detail,
    )
    return "  ".join(filter(None, parts))
