"""What one approval takes with each system, as the documentation says: counted in the programs themselves."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "benchmarks" / "peers"

PROGRAMS = {
    "this SDK": "ours.py",
    "DBOS": "dbos_approval.py",
    "Restate": "restate_approval.py",
    "Temporal's SDK": "raw_temporal.py",
}


def _lines(program: str, side: str) -> int:
    text = (PEERS / program).read_text(encoding="utf-8")
    found = re.search(rf"^# begin {side}\n(.*?)^# end {side}$", text, re.M | re.S)
    assert found is not None
    return sum(1 for line in found[1].splitlines() if line.strip())


def test_the_table_counts_what_is_there() -> None:
    """The lines of worker and decider that the comparison states are those of the programs."""
    text = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
    stated = re.findall(r"^\| ([^|]+?) \| (\d+) \| (\d+) \|", text, re.M)
    assert [(name, int(worker), int(decider)) for name, worker, decider in stated] == [
        (name, _lines(program, "worker"), _lines(program, "decider")) for name, program in PROGRAMS.items()
    ]
