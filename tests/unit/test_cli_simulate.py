"""``dosdk simulate``: a definition run in memory, from the command line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.forked import DOSDK, completed

DEFINITION = """
name: flow
steps:
  - {id: charge, function: charge, input: {amount: "{{ input.amount }}"}}
  - {id: big, condition: "{{ input.amount > 100 }}", approval: {}}
  - {id: wait, wait: 7d}
  - {id: paid, waitForEvent: {event: paid}}
  - {id: ship, function: ship, fallback: pickup}
metrics: [{name: total, value: "{{ charge.total }}"}]
result: {id: "{{ charge.id }}", by: "{{ paid.by }}", ship: "{{ ship }}"}
"""
FIXTURES = {
    "functions": {
        "charge": [{"raises": {"type": "Busy", "message": "later"}}, {"returns": {"id": "ch_1", "total": 12}}],
        "ship": {"raises": {"type": "NoTruck", "message": "no truck", "retryable": False}},
        "pickup": {"returns": "shop"},
    },
    "events": {"paid": [{"by": "card"}]},
    "approvals": {"big": {"approved": True}},
}
FIXTURES_IN_YAML = """
functions:
  charge:
    - {raises: {type: Busy, message: later}}
    - {returns: {id: ch_1, total: 12}}
  ship: {raises: {type: NoTruck, message: no truck, retryable: false}}
  pickup: {returns: shop}
events: {paid: [{by: card}]}
approvals: {big: {approved: true}}
"""


def _simulate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return completed([*DOSDK, "simulate", *arguments], cwd=folder)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a definition, an input and fixtures."""
    (tmp_path / "flow.yaml").write_text(DEFINITION)
    (tmp_path / "input.json").write_text('{"amount": 12}')
    (tmp_path / "fixtures.json").write_text(json.dumps(FIXTURES))
    (tmp_path / "fixtures.yaml").write_text(FIXTURES_IN_YAML)
    return tmp_path


@pytest.mark.parametrize("fixtures", ["fixtures.json", "fixtures.yaml"])
def test_what_people_see(project: Path, fixtures: str) -> None:
    """Each call with its input, each skip with its condition, each fallback with its reason, and the output."""
    done = _simulate(project, "flow.yaml", "--input", "input.json", "--fixtures", fixtures)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        '  charge calls charge with {"amount": 12}',
        "  big is skipped: {{ input.amount > 100 }}",
        "  ship calls ship with {}",
        "  ship falls back: no truck",
        "  ship:fallback calls pickup with {}",
        "  metric total = 12",
        "✓ completed after 7 d 1 s of the run's time",
        '{"id": "ch_1", "by": "card", "ship": "shop"}',
    ]


def test_what_programs_get(project: Path) -> None:
    """With --json one document; a run that fails has its error, and status 1."""
    done = _simulate(project, "flow.yaml", "-i", '{"amount": 12}', "--fixtures", '{"functions": {}}', "--json")
    assert (done.returncode, done.stderr) == (1, "")
    message = "the fixtures have no function 'charge': say what it gives"
    assert json.loads(done.stdout) == {
        "output": None,
        "error": {"type": "NotFoundError", "message": message, "step": "charge"},
        "log": [{"step": "charge", "event": "called", "name": "charge", "input": {"amount": 12}}],
        "metrics": {},
        "took": 0.0,
    }


@pytest.mark.parametrize(
    ("fixtures", "message"),
    [
        ('{"functions": []}', "functions of the fixtures has to be a mapping: functions by name"),
        ('{"function": {}}', "fixtures have no 'function': they have functions, workflows, events, approvals"),
        (
            '{"functions": {"f": 1}}',
            "the fixture of 'f' is 1: write {returns: value}, {raises: {type, message}}, or a list",
        ),
        ('{"events": {"e": 1}}', "events of 'e' are 1: write lists of payloads"),
        ('{"approvals": {"a": {}}}', "the decision of 'a' is {}: write decisions by the step's id"),
        ("no.json", "the file 'no.json' cannot be read"),
    ],
)
def test_fixtures_that_cannot_be_meant(project: Path, fixtures: str, message: str) -> None:
    """What is wrong with fixtures is one line that says what to write."""
    done = _simulate(project, "flow.yaml", "--fixtures", fixtures)
    assert done.returncode != 0
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
