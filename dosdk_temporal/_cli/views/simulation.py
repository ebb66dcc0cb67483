"""Outside: a simulated run as people see it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from dosdk_temporal._cli.views.times import short
from dosdk_temporal._cli.views.words import mark, style

if TYPE_CHECKING:
    from rich.console import Console

    from dosdk_temporal._pure.interpreter.memory import Simulated

__all__ = ["show_simulation"]

_WORDS: Final = {
    "skipped": "is skipped: ",
    "fallback": "falls back: ",
    "held": "failed, and is held for a person: ",
    "went_on": "failed, and the run goes on: ",
    "compensated": "is undone",
    "compensation_failed": "could not be undone: ",
}


def show_simulation(console: Console, done: Simulated) -> None:
    """Print what happened, one line each, and what came of it."""
    for entry in done.log:
        console.print(f"  {entry['step']} {_told(entry)}")
    for name, value in done.metrics.items():
        console.print(f"  metric {name} = {_json(value)}")
    state = "completed" if done.error is None else "failed"
    console.print(f"{mark(state)} {state} after {short(done.took)} of the run's time", style=style(state))
    console.print(_json(done.output) if done.error is None else f"{done.error.type}: {done.error}")


def _told(entry: Mapping[str, Any]) -> str:
    if entry["event"] == "called":
        return f"calls {entry['name']} with {_json(entry['input'])}"
    return f"{_WORDS[entry['event']]}{entry['detail']}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
