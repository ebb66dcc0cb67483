"""The handler's guard: what it refuses, what goes on working, and that nothing is executed twice."""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dosdk_temporal import DefinitionError
from dosdk_temporal._inside.guard import guarded
from tests.unit.guarded_project import handlers, helpers, models


@pytest.mark.parametrize("spelling", list(handlers.REFUSED))
def test_refused(spelling: str) -> None:
    """Clocks, chance and I/O are refused in every spelling, with the name and what to use instead."""
    handler, name, advice = handlers.REFUSED[spelling]
    with pytest.raises(DefinitionError) as refused:
        guarded(handler)()
    assert str(refused.value) == (
        f"{name} in a workflow handler would give another answer when the run is replayed: use {advice}"
    )


@pytest.mark.parametrize("what", list(handlers.WORKING))
def test_working(what: str) -> None:
    """What gives the same answer in every replay works as ever, and as without the guard."""
    handler, expected = handlers.WORKING[what]
    assert (guarded(handler)(), handler()) == (expected, expected)


async def test_coroutines() -> None:
    """Async comprehensions, generators, gather and tasks work as ever."""
    assert await guarded(handlers.coroutines)() == [[0, 1, 2], [0, 2, 4], 14]


def test_globals_are_the_runs() -> None:
    """What a handler rebinds, here or in a helper's module, it sees; no other run does, and the module is as it was."""
    expected = [1, 2, 2, 1, 2, 2]
    assert [guarded(handlers.rebinding)(), guarded(handlers.rebinding)()] == [expected, expected]
    assert guarded(handlers.setting)() == [10, 11, 12]
    assert (handlers.TOTAL, helpers.COUNTER) == (0, 0)


def test_a_patched_global_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test patches, in the handler's module or a helper's, the next run sees."""
    monkeypatch.setattr(handlers, "stamp", lambda: 1.5)
    monkeypatch.setattr(helpers, "stamp", lambda: 2.5)
    by_name, by_module = (handlers.REFUSED[name][0] for name in ("a helper", "a helper by its module"))
    assert (guarded(by_name)(), guarded(by_module)()) == (1.5, 2.5)


def test_a_handler_stays_as_it_was() -> None:
    """Outside a run the same functions read the clock as ever; the copy has the handler's name, and another one each run."""
    handler = handlers.REFUSED["a helper"][0]
    first, second = guarded(handler), guarded(handler)
    assert handler() > 0
    assert first is not second
    assert (first.__qualname__, first.__module__, first.__code__) == (
        handler.__qualname__, handler.__module__, handler.__code__,
    )  # fmt: skip


@pytest.mark.parametrize(
    "handler",
    [handlers.Service().run, functools.partial(helpers.stamp), functools.lru_cache(helpers.stamp)],
    ids=["a method", "a partial", "a cache"],
)
def test_handlers_of_other_shapes(handler: Callable[..., Any]) -> None:
    """A handler that is a method, a partial or a cached function is guarded too."""
    with pytest.raises(DefinitionError, match=r"time\.time in a workflow handler"):
        guarded(handler)()


def test_a_handler_made_in_a_function() -> None:
    """A handler that refers to itself and to what surrounds it, filled later too, works and is guarded."""

    def handler(number: int) -> int:
        return later() if number == 0 else handler(number - 1)

    copy = guarded(handler)
    later: Callable[[], int] = lambda: 7  # noqa: E731 - filled after the copy is made
    assert (copy(3), handler(3)) == (7, 7)


def test_beyond_reach() -> None:
    """A method of a class that the handler makes is not guarded, nor is a function in a container: their I/O still is."""
    assert guarded(handlers.by_a_class)() > 0
    table = {"now": time.time}
    assert guarded(lambda: table["now"]())() > 0  # noqa: PLW0108 - the function whose table it is


def test_it_speaks(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    """Logging and printing go on; outside a replay everything is said."""
    assert guarded(handlers.speaks)() == handlers.__name__
    assert (caplog.messages, capsys.readouterr().out) == (["logged", "logged too"], "printed\n")
    assert logging.getLogger(handlers.__name__) is handlers.log


def test_no_module_runs_again() -> None:
    """Guarding a handler that uses models and tables imports nothing anew: classes and clients are the ones there are."""
    before = dict(sys.modules)
    for handler, _ in handlers.WORKING.values():
        guarded(handler)
    assert {name: module for name, module in sys.modules.items() if before.get(name) is not module} == {}
    assert guarded(lambda: (models.Order, models.CLIENT, models.TIMES_RUN))() == (
        models.Order, models.CLIENT, models.TIMES_RUN,
    )  # fmt: skip


SCRIPT = """
import time, json
from datetime import datetime
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from dosdk_temporal import DefinitionError
from dosdk_temporal._inside.guard import guarded
import beside
print("runs")

class Base(DeclarativeBase): ...
class Row(Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)
class Model(BaseModel):
    at: datetime

def helper(): return time.time()
def by_helper(): return helper()
def by_neighbour(): return beside.stamp()
def works(): return [Row(id=1).id, Model(at="2027-01-01").at.year, isinstance(Model(at="2027-01-01"), Model), Model]

if __name__ == "__main__":
    for handler in (by_helper, by_neighbour):
        try:
            print(guarded(handler)())
        except DefinitionError as error:
            print(str(error).partition(" in ")[0])
    first, year, same, cls = guarded(works)()
    print(first, year, same, cls is Model)
"""


def _output(*command: str, cwd: Path) -> list[str]:
    done = subprocess.run([sys.executable, *command], cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_one_file_as_main(tmp_path: Path) -> None:
    """A script with models and tables is guarded, its neighbour's file too; its own code runs once."""
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "beside.py").write_text("import time\nprint('runs beside')\ndef stamp(): return time.monotonic()\n")
    assert _output("script.py", cwd=tmp_path) == [
        "runs beside",
        "runs",
        "time.time",
        "time.monotonic",
        "1 2027 True True",
    ]


def test_cells_of_a_notebook(tmp_path: Path) -> None:
    """Cells typed in one after the other share one space, are guarded, and see what was typed in last."""
    cells = [
        "import time\nfrom dosdk_temporal._inside.guard import guarded",
        "def helper(): return time.time()\ndef handler(): return helper()",
        "try: guarded(handler)()\nexcept Exception as error: print(type(error).__name__)",
        "def helper(): return 7",
        "print(guarded(handler)())",
    ]
    program = (
        "import json, sys\nspace = {'__name__': '__main__'}\n"
        "for n, cell in enumerate(json.loads(sys.argv[1])): exec(compile(cell, f'<cell {n}>', 'exec'), space)"
    )
    assert _output("-c", program, json.dumps(cells), cwd=tmp_path) == ["DefinitionError", "7"]


AUDITED = """
import importlib, json, logging, os, pathlib, smtplib, socket, sqlite3, subprocess, sys, time, traceback, urllib.request
import warnings, zoneinfo
import httpx
from dosdk_temporal import DefinitionError
from dosdk_temporal._inside.guard import install_audit_hook
from dosdk_temporal._pure.place import CURRENT

class Workflow:
    kind = "workflow"

class Action:
    kind = "action"

def told(attempt):
    try:
        attempt()
    except DefinitionError as error:
        return str(error)
    except Exception as error:
        return type(error).__name__
    return "done"

def log_to_file():
    logger = logging.getLogger("late")
    logger.addHandler(logging.FileHandler("late.log", delay=True))
    logger.warning("said")
    return open

def show_traceback():
    try:
        raise KeyError("x")
    except KeyError:
        return "KeyError" in traceback.format_exc() and "raise KeyError" in traceback.format_exc()

pathlib.Path("late_module.py").write_text("open('read_at_import.txt', 'w').close()\\nvalue = 7\\n")
attempts = {
    "open": lambda: open("x"),
    "open for writing": lambda: pathlib.Path("x").write_text("x"),
    "sqlite3": lambda: sqlite3.connect(":memory:"),
    "a socket": lambda: socket.create_connection(("127.0.0.1", 1)),
    "a name": lambda: socket.getaddrinfo("localhost", 1),
    "a library's request": lambda: httpx.get("http://127.0.0.1:1"),
    "urllib": lambda: urllib.request.urlopen("http://127.0.0.1:1"),
    "mail": lambda: smtplib.SMTP("127.0.0.1", 1),
    "a process": lambda: subprocess.run(["true"]),
    "a shell": lambda: os.system("true"),
    "a folder": lambda: os.listdir("."),
    "removing": lambda: os.remove("nothing"),
    "linking": lambda: os.symlink("a", "b"),
}
allowed = {
    "an import": lambda: importlib.import_module("late_module").value,
    "a log file": log_to_file,
    "a traceback": show_traceback,
    "a warning": lambda: warnings.warn("w", stacklevel=1),
    "a time zone": lambda: zoneinfo.ZoneInfo("Pacific/Chatham"),
    "json": lambda: json.dumps({"a": 1}),
}
warnings.simplefilter("ignore")
install_audit_hook(); install_audit_hook()
outside = {name: told(attempt) for name, attempt in attempts.items() if name in ("sqlite3", "a folder")}
token = CURRENT.set(Action())
action = {name: told(attempt) for name, attempt in attempts.items() if name in ("sqlite3", "a folder")}
CURRENT.set(Workflow())
refused = {name: told(attempt) for name, attempt in attempts.items()}
working = {name: told(attempt) for name, attempt in allowed.items()}
CURRENT.reset(token)
print(json.dumps([outside, action, refused, working, pathlib.Path("late.log").read_text(), os.path.exists("read_at_import.txt")]))
"""


def test_io_deep_in_a_library(tmp_path: Path) -> None:
    """Below a workflow's handler every reach for the world is refused however deep, and nowhere else; housekeeping works."""
    (shown,) = _output("-c", AUDITED, cwd=tmp_path)
    outside, action, refused, working, log, imported = json.loads(shown)
    done = dict.fromkeys(("sqlite3", "a folder"), "done")
    assert (outside, action) == (done, done)
    events = {name: text.partition(" in a workflow handler")[0] for name, text in refused.items()}
    assert events == {
        "open": "open",
        "open for writing": "open",
        "sqlite3": "sqlite3.connect",
        "a socket": "socket.getaddrinfo",
        "a name": "socket.getaddrinfo",
        "a library's request": "socket.getaddrinfo",
        "urllib": "urllib.Request",
        "mail": "smtplib.connect",
        "a process": "subprocess.Popen",
        "a shell": "os.system",
        "a folder": "os.listdir",
        "removing": "os.remove",
        "linking": "os.symlink",
    }
    assert refused["sqlite3"] == (
        "sqlite3.connect in a workflow handler would give another answer when the run is replayed: "
        "use an action: await do.action.run(...)"
    )
    assert working == dict.fromkeys(working, "done")
    assert (log, imported) == ("said\n", True)


def test_threads_of_others_are_left_alone(tmp_path: Path) -> None:
    """While one task is a workflow's, another task of the same process reads files as ever."""
    program = (
        "import asyncio, os\n"
        "from dosdk_temporal._inside.guard import install_audit_hook\n"
        "from dosdk_temporal._pure.place import CURRENT\n"
        "class Workflow:\n    kind = 'workflow'\n"
        "install_audit_hook()\n"
        "async def inside():\n    CURRENT.set(Workflow())\n    await asyncio.sleep(0)\n    return CURRENT.get().kind\n"
        "async def outside():\n    await asyncio.sleep(0)\n    return len(os.listdir('.'))\n"
        "async def main():\n    print(await asyncio.gather(inside(), outside()))\n"
        "asyncio.run(main())\n"
    )
    assert _output("-c", program, cwd=tmp_path) == ["['workflow', 0]"]


def test_guarding_is_cheap_to_repeat() -> None:
    """A second run of a handler copies anew, and shares nothing that a run can change with the first."""
    first, second = guarded(handlers.rebinding), guarded(handlers.rebinding)
    assert first.__globals__ is not second.__globals__
    assert first.__globals__["asyncio"] is asyncio
