"""Outside: what became of an event, for people."""

from __future__ import annotations

from collections.abc import Iterator

from dosdk_temporal._pure.events import Emission

__all__ = ["emission_lines"]


def emission_lines(emitted: Emission) -> Iterator[tuple[str, str]]:
    """Each line with its style."""
    yield f"{emitted.id}{'  (emitted before)' if emitted.duplicate else ''}", "bold"
    for execution in emitted.started:
        yield f"started  {execution}", "green"
    for execution in emitted.woken:
        yield f"woke     {execution}", "green"
    for refusal in emitted.refused:
        yield f"refused  {refusal.get('workflow') or refusal['execution']}: {refusal['reason']}", "yellow"
    if not (emitted.started or emitted.woken or emitted.refused):
        yield "nobody waits for it or starts by it; it is kept for runs that have begun", "dim"
