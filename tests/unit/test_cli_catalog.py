"""``dosdk catalog``: what modules define, without a server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

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
    }


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
    command = [sys.executable, "-m", "dosdk_temporal", "catalog", *arguments]
    return subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)  # noqa: S603
