"""Outside: entries of the Datastore, for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dosdk_temporal._cli.views.times import local_time
from dosdk_temporal._pure.datastore import Entry

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["entry_document", "history_lines", "show_entries"]

_LONGEST = 120


def show_entries(console: Console, entries: Sequence[Entry]) -> None:
    """Print one line a key: version, when it was written, the beginning of its value."""
    from rich.table import Table  # noqa: PLC0415 - only where people look

    if not entries:
        console.print("no keys")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("key", "version", "written", "value"):
        table.add_column(heading, overflow="fold", no_wrap=heading in {"version", "written"})
    for entry in entries:
        table.add_row(entry.key, str(entry.version), local_time(entry.written_at), _value(entry))
    console.print(table)


def history_lines(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Each version with its style, as they are given."""
    for entry in entries:
        who = entry.written_by or "a client"
        what = "deleted" if entry.deleted else _value(entry)
        yield f"{entry.version:>4}  {local_time(entry.written_at)}  {who}  {what}", "dim" if entry.deleted else ""


def entry_document(entry: Entry) -> dict[str, Any]:
    """An entry as plain JSON."""
    return vars(entry)


def _value(entry: Entry) -> str:
    text = json.dumps(entry.value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
