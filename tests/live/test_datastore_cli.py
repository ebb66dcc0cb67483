"""``dosdk datastore`` against a real server."""

from __future__ import annotations

from typing import Any

import pytest

from dosdk_temporal.testing import TestDo
from tests.live.command_line import Said, dosdk


@pytest.fixture
def url(do: TestDo) -> str:
    """The address of the client's own database."""
    return do.database.shown


async def _datastore(do: TestDo, url: str, *arguments: str, stdin: str = "") -> Said:
    return await dosdk(do, "datastore", *arguments, stdin=stdin, DO_DATASTORE_URL=url)


async def test_a_key_from_its_beginning_to_its_end(do: TestDo, url: str) -> None:
    """What one command writes the others show, and a client of the library too; people read lines, programs JSON."""
    said = [
        await _datastore(do, url, "set", "ada", '{"plan": "free"}', "--in", "users"),
        await _datastore(do, url, "set", "ada", "@-", "--in", "users"),
        await _datastore(do, url, "set", "ada", "-", "--in", "users", "--if-version", "1", stdin='{"plan": "pro"}'),
        await _datastore(do, url, "get", "ada", "--in", "users"),
        await _datastore(do, url, "list", "--in", "users", "--prefix", "a"),
        await _datastore(do, url, "delete", "ada", "--in", "users"),
        await _datastore(do, url, "delete", "ada", "--in", "users"),
        await _datastore(do, url, "list"),
    ]
    assert [(one.status, one.out) for one in said if one is not said[4]] == [
        (0, "ada is at version 1\n"),
        (2, ""),
        (0, "ada is at version 2\n"),
        (0, '{\n  "plan": "pro"\n}\n'),
        (0, "ada deleted\n"),
        (0, "ada was not there\n"),
        (0, "no keys\n"),
    ]
    assert [line.split()[0] for line in said[4].out.splitlines()] == ["key", "ada"]
    assert said[4].out.rstrip().endswith('{"plan": "pro"}')
    entries = await do.datastore.namespace("users").history("ada")
    shown = await _datastore(do, url, "history", "ada", "--in", "users")
    assert [line.split()[0] for line in shown.out.splitlines()] == ["3", "2", "1"]
    assert [entry.deleted for entry in entries] == [True, False, False]


async def test_the_same_for_programs(do: TestDo, url: str) -> None:
    """With --json each gives one document."""
    common = {"written_at": "<time>", "written_by": None, "expires_at": None, "deleted": False}
    entry: dict[str, Any] = {"key": "a", "value": 1, "version": 1, **common}
    documents = [
        (await _datastore(do, url, *arguments, "--json")).json
        for arguments in (
            ("set", "a", "1"),
            ("set", "b", "2", "--if-absent"),
            ("get", "a"),
            ("list", "--limit", "1"),
            ("list", "--cursor", "a"),
            ("history", "a"),
            ("delete", "a"),
        )
    ]
    assert documents == [
        {"key": "a", "version": 1},
        {"key": "b", "version": 1},
        entry,
        {"entries": [entry], "cursor": "a"},
        {"entries": [{**entry, "key": "b", "value": 2}], "cursor": None},
        [entry],
        {"key": "a", "deleted": True},
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (
            ("get", "none"),
            1,
            "there is no key 'none' here: 'dosdk datastore list' shows those that are, --in looks elsewhere",
        ),
        (("set", "a", "{"), 2, "Invalid value for JSON: '{' is not JSON"),
        (("set", "there", "2", "--if-absent"), 1, "key 'there' is there already, at version 1"),
        (
            ("set", "there", "2", "--if-version", "7"),
            1,
            "key 'there' is at version 1, version 7 was expected: read it again",
        ),
        (("set", "there", "2", "--ttl", "soon"), 1, "ttl='soon' is not a duration"),
        (("list", "--in", "a//b"), 1, "the Datastore's namespace 'a//b' has an empty part"),
        (("delete", "k" * 201), 1, "the Datastore's key has 201 characters, at most 200 are allowed"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, tuple) else "",
)
async def test_a_mistake_is_one_line(
    do: TestDo, url: str, arguments: tuple[str, ...], status: int, message: str
) -> None:
    """It says what to do, and writes nothing."""
    await do.datastore.set("there", 1)
    said = await _datastore(do, url, *arguments)
    assert (said.status, said.out, said.err.count("\n")) == (status, "", 1)
    assert said.err.startswith(f"dosdk: error: {message}")
    assert await do.datastore.get("there") == 1


async def test_a_database_that_is_away_is_one_line(do: TestDo) -> None:
    """It is named without its password, with what to do."""
    said = await _datastore(do, "postgresql://ada:sesame@127.0.0.1:1/shop", "get", "a")
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)
    assert said.err.startswith("dosdk: error: the database postgresql://ada:***@127.0.0.1:1/shop cannot be used now (")
    assert said.err.endswith("start it, or set DO_DATASTORE_URL to yours\n")
