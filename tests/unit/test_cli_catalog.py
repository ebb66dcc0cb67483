"""``dosdk catalog``: what modules define, without a server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.forked import DOSDK, completed

FLOW = '''
from typing import Literal

from pydantic import BaseModel

from dosdk_temporal import Do, Retry

do = Do()


class Order(BaseModel):
    id: str
    amount: int = 1


@do.action.create(name="charge", description="Charges a card.", retry=Retry(5, "2s"), timeout="10s", total_timeout="1m")
async def charge(order: Order) -> dict[str, int]:
    return {}


@do.action.create(name="note", local=True)
def note(text: str, kind: Literal["info", "alert"] = "info"):
    """Writes a note.

    In many words.
    """


@do.workflow.create(name="buy", trigger={"event": "order.placed"}, input=Order, timeout="1h", version=2)
async def buy(trigger) -> str:
    return "bought"
'''
RETRY = {
    "max_attempts": 3,
    "initial_delay": 1.0,
    "multiplier": 2.0,
    "max_delay": 60.0,
    "give_up_on": [],
    "retry_on": [],
}
OPTIONS = {"retry": RETRY, "timeout": 60.0, "total_timeout": None, "heartbeat": 15.0}
ORDER = {
    "title": "Order",
    "type": "object",
    "properties": {
        "id": {"title": "Id", "type": "string"},
        "amount": {"default": 1, "title": "Amount", "type": "integer"},
    },
    "required": ["id"],
}
NOTE = {
    "additionalProperties": False,
    "type": "object",
    "properties": {
        "text": {"title": "Text", "type": "string"},
        "kind": {"enum": ["info", "alert"], "title": "Kind", "type": "string"},
    },
    "required": ["text"],
}


def test_the_catalog_is_one_document(tmp_path: Path) -> None:
    """As JSON the catalog has each definition with its schemas, and the options in force in seconds."""
    (tmp_path / "flow.py").write_text(FLOW)
    done = _catalog(tmp_path, "flow.py", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "actions": [
            {
                "name": "charge",
                "version": "1",
                "description": "Charges a card.",
                "options": {
                    **OPTIONS,
                    "retry": {**RETRY, "max_attempts": 5, "initial_delay": 2.0},
                    "timeout": 10.0,
                    "total_timeout": 60.0,
                },
                "local": False,
                "input": ORDER,
                "output": {"additionalProperties": {"type": "integer"}, "type": "object"},
            },
            {
                "name": "note",
                "version": "1",
                "description": "Writes a note.",
                "options": OPTIONS,
                "local": True,
                "input": NOTE,
                "output": {},
            },
        ],
        "workflows": [
            {
                "name": "buy",
                "version": "2",
                "description": "",
                "options": OPTIONS,
                "trigger": {"event": "order.placed"},
                "timeout": 3600.0,
                "input": ORDER,
                "output": {"type": "string"},
            }
        ],
        "services": [],
    }


DECLARED = """
name: refund
version: "2.1"
description: Pays back.
trigger: {schedule: "0 9 * * mon", timezone: Europe/Berlin}
timeout: 1h
input: {limit: {type: number, default: 100}}
output: {paid: number}
errorHandling: {retryStrategy: {maxAttempts: 5, backoff: {initialDelay: 500}}}
steps:
  - {id: pay, function: charge, input: {id: all, amount: "{{ input.limit }}"}}
labels: {team: finance}
"""
SERVICE = """
do.service.create(name="pay", input=["id"], steps=[{"action": "charge", "params": {"id": "{{ input.id }}"}}])
"""


def test_definitions_and_services_are_in_it(tmp_path: Path) -> None:
    """A declared workflow and a service stand in the catalog with their schemas, a trigger and their steps' options."""
    (tmp_path / "flow.py").write_text(FLOW + SERVICE)
    (tmp_path / "refund.yaml").write_text(DECLARED)
    done = _catalog(tmp_path, "refund.yaml", "flow.py", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    refund = next(one for one in found["workflows"] if one["name"] == "refund")
    assert refund == {
        "name": "refund",
        "version": "2.1",
        "description": "Pays back.",
        "options": {**OPTIONS, "retry": {**RETRY, "max_attempts": 5, "initial_delay": 0.5}},
        "trigger": {"schedule": "0 9 * * mon", "timezone": "Europe/Berlin"},
        "timeout": 3600.0,
        "labels": {"team": "finance"},
        "input": {"type": "object", "properties": {"limit": {"type": "number", "default": 100}}},
        "output": {"type": "object", "properties": {"paid": {"type": "number"}}, "required": ["paid"]},
    }
    assert [(one["name"], one["input"]) for one in found["services"]] == [
        ("pay", {"type": "object", "properties": {"id": {}}, "required": ["id"]})
    ]


def test_a_definition_with_faults_is_one_line(tmp_path: Path) -> None:
    """A definition that is wrong is told with file, line and column, and what to do."""
    (tmp_path / "flow.py").write_text(FLOW)
    (tmp_path / "refund.yaml").write_text(DECLARED.replace("function: charge", "function: charg"))
    done = _catalog(tmp_path, "refund.yaml", "flow.py")
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        (
            "dosdk: error: the definition has a fault: refund.yaml:11:25: no function is named 'charg' @ $.steps[0].function "
            "(did you mean 'charge'?)\n"
        ),
    )


def test_a_module_by_name_is_found_here(tmp_path: Path) -> None:
    """A module is found by its name in the folder of the start."""
    (tmp_path / "flow.py").write_text(FLOW)
    by_file, by_name = _catalog(tmp_path, "flow.py"), _catalog(tmp_path, "flow")
    assert (by_name.returncode, by_name.stdout) == (0, by_file.stdout)


def test_a_broken_module_is_one_line(tmp_path: Path) -> None:
    """A module that cannot be imported is one line with the place, and no traceback."""
    (tmp_path / "flow.py").write_text("x = 1\nprint(y)\n")
    done = _catalog(tmp_path, "flow.py", "--json")
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"dosdk: error: importing 'flow.py' failed: NameError: name 'y' is not defined ({tmp_path}/flow.py:2)\n",
    )


def test_a_module_that_exits_is_one_line(tmp_path: Path) -> None:
    """A module that ends the program when it is imported is told so, and does not end the command with its own status."""
    (tmp_path / "flow.py").write_text("import sys\nsys.exit(0)\n")
    done = _catalog(tmp_path, "flow.py")
    assert (done.returncode, done.stderr) == (
        1,
        "dosdk: error: a module ended the program while it was imported (0): use if __name__ == '__main__'\n",
    )


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    """Into a pipe that nobody reads any more the command ends without a word."""
    (tmp_path / "flow.py").write_text(FLOW)
    reader = f"{sys.executable} -m dosdk_temporal catalog flow.py | true"
    done = subprocess.run(reader, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S602
    assert (done.returncode, done.stderr) == (0, "")


def _catalog(here: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return completed([*DOSDK, "catalog", *arguments], cwd=here)
