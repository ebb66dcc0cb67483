"""Outside: replayed runs as people see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from dosdk_temporal._worker.replaying.outcome import Replayed

__all__ = ["show_replayed"]


def show_replayed(console: Console, found: Sequence[Replayed]) -> None:
    """Print how many runs of each workflow agree with the code, and where each other parts from it."""
    agreeing = Counter(result.workflow for result in found if result.parting is None)
    for workflow, count in sorted(agreeing.items()):
        console.print(f"✓ {workflow}  {count} agree", style="green")
    for result in found:
        if result.parting is not None:
            _show_parting(console, result)
    parted = len(found) - agreeing.total()
    console.print(f"{len(found)} replayed, {parted} of them part from the code" if parted else f"{len(found)} replayed")


def _show_parting(console: Console, result: Replayed) -> None:
    parting = result.parting
    if parting is None:
        return
    console.print(f"✗ {result.workflow}  {result.file or result.execution_id}  run {result.run_id}", style="red")
    if parting.event_id is not None:
        console.print(f"  event {parting.event_id}: {parting.event}")
    console.print(f"  {parting.line or 'no line of the project'}: the code {parting.code}")
    console.print(f"  {parting.message}")
