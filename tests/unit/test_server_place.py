"""The files of a development server: its lock, its database, its log."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dosdk_temporal._server.database import Database
from dosdk_temporal._server.lock import DataLock
from dosdk_temporal._server.log import Log
from dosdk_temporal._server.place import Place
from dosdk_temporal.errors import ServerUnavailableError


async def test_a_lock_is_held_once(tmp_path: Path) -> None:
    """A held lock refuses everybody else with its holder and address; a released one is free."""
    lock = await DataLock.take(tmp_path / "lock", address="127.0.0.1:7233")
    with pytest.raises(ServerUnavailableError) as refused:
        await DataLock.take(tmp_path / "lock", address="127.0.0.1:7234")
    lock.release()
    (await DataLock.take(tmp_path / "lock", address="127.0.0.1:7234")).release()
    assert str(refused.value) == (
        f"a development server already runs on the data in {tmp_path}: process {os.getpid()} serves it at "
        "127.0.0.1:7233. Connect to that address, stop that process, or start this one in a folder outside of this project"
    )


@pytest.mark.parametrize("left", ["", "no JSON", "[]", json.dumps({"pid": 1, "address": "127.0.0.1:1"})])
async def test_what_a_crash_left_is_no_lock(left: str, tmp_path: Path) -> None:
    """Whatever a lock file says, without a living holder it is free."""
    path = tmp_path / "lock"
    path.write_text(left)
    lock = await DataLock.take(path, address="127.0.0.1:7233")
    said = json.loads(path.read_text())
    lock.release()
    assert said == {"pid": os.getpid(), "address": "127.0.0.1:7233"}


async def test_a_server_that_is_still_ending_is_waited_for(tmp_path: Path) -> None:
    """A lock that a dead parent's server still holds for a moment is waited for and then taken."""
    path = tmp_path / "lock"
    lock = await DataLock.take(path, address="127.0.0.1:1")
    heir = subprocess.Popen(  # noqa: ASYNC220 - it holds the lock for half a second, as an ending server does
        [sys.executable, "-c", "import time; time.sleep(0.5)"], pass_fds=(lock.fileno(),)
    )
    lock.release()
    (await DataLock.take(path, address="127.0.0.1:2")).release()
    assert heir.wait() == 0


def test_a_new_database_is_marked_until_it_was_ready(tmp_path: Path) -> None:
    """A new file is called after its server's version and lies beside a mark until a server was ready on it."""
    database = Database(tmp_path, "1.32.0")
    database.prepare()
    marked = _files(tmp_path)
    database.path.write_text("schema")
    database.finish()
    database.finish()
    database.prepare()
    assert (database.path, marked, _files(tmp_path)) == (
        tmp_path / "temporal-1.32.0.db",
        {"temporal-1.32.0.db.unfinished": ""},
        {"temporal-1.32.0.db": "schema"},
    )


def test_a_file_found_with_its_mark_is_set_aside(tmp_path: Path) -> None:
    """A file that no server was ready on is renamed with its journal, over an earlier one, and a new one is marked."""
    database = Database(tmp_path, "1.32.0")
    for name in ("broken-temporal-1.32.0.db", "temporal-1.32.0.db", "temporal-1.32.0.db-wal"):
        (tmp_path / name).write_text(name)
    (tmp_path / "temporal-1.32.0.db.unfinished").touch()
    database.prepare()
    assert _files(tmp_path) == {
        "broken-temporal-1.32.0.db": "temporal-1.32.0.db",
        "broken-temporal-1.32.0.db-wal": "temporal-1.32.0.db-wal",
        "temporal-1.32.0.db.unfinished": "",
    }


def test_the_data_of_another_version_is_pointed_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Beginning a new file beside one of another version is said once, with that file's name."""
    old = tmp_path / "temporal-1.31.0.db"
    old.touch()
    database = Database(tmp_path, "1.32.0")
    with caplog.at_level(logging.WARNING):
        database.prepare()
        database.path.touch()
        database.finish()
        database.prepare()
    assert caplog.messages == [f"{old} holds runs of another Temporal version: it is kept, and not read by this one"]


def test_a_log_shows_its_own_run_only(tmp_path: Path) -> None:
    """The last lines are those of this run, at most as many as asked for; the file keeps what was there."""
    path = tmp_path / "server.log"
    path.write_text("of an earlier run\n")
    log = Log(path)
    empty = log.tail()
    os.write(log.fileno(), b"one\ntwo\nthree\n")
    shown = (empty, log.tail(2), log.tail())
    log.close()
    assert (shown, path.read_text()) == (("", "two\nthree", "one\ntwo\nthree"), "of an earlier run\none\ntwo\nthree\n")


def test_a_log_finds_the_complaint() -> None:
    """What ended the program is told without the usage that it prints behind, or else the last lines are."""
    log = Log(None)
    os.write(log.fileno(), b"starting\nstill starting\n")
    before = log.complaint()
    os.write(log.fileno(), b"Error: unknown flag: --x\nUsage:\n  temporal\nError: unknown flag: --x\n")
    after = log.complaint()
    log.close()
    assert (before, after) == ("starting\nstill starting", "Error: unknown flag: --x")


def test_a_log_begins_again_when_it_has_grown(tmp_path: Path) -> None:
    """A file beyond 8 MiB starts again."""
    path = tmp_path / "server.log"
    with path.open("wb") as file:
        file.truncate(8 * 1024 * 1024 + 1)
    Log(path).close()
    assert path.stat().st_size == 0


async def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A data directory whose place is taken by a file is an error that names it."""
    (tmp_path / "file").touch()
    with pytest.raises(ServerUnavailableError) as refused:
        await Place.open(tmp_path / "file" / "data", binary=Path("temporal"), address="127.0.0.1:7233")
    assert str(refused.value) == (
        f"the data directory {tmp_path}/file/data cannot be made (Not a directory): give another, or None for in memory"
    )


async def test_a_place_that_fails_lets_go(tmp_path: Path) -> None:
    """Where the program turns out to be none, the directory's lock is free again."""
    with pytest.raises(ServerUnavailableError, match="is not the Temporal command line"):
        await Place.open(tmp_path, binary=tmp_path / "missing", address="127.0.0.1:7233")
    (await DataLock.take(tmp_path / "temporal-server.lock", address="127.0.0.1:7233")).release()


def _files(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in directory.iterdir()}
