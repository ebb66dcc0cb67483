"""The Datastore: one suite judges SQLite, PostgreSQL and the twin in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import BaseModel

from dosdk_temporal._client.datastore import Datastore
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.datastore.memory import MemoryStore
from dosdk_temporal._outside.datastore.rows import RowStore
from dosdk_temporal._outside.datastore.store import Store
from dosdk_temporal._pure.datastore import MAX_VALUE_BYTES, Entry, StoreCall
from dosdk_temporal._pure.datastore_changes import answer_of
from dosdk_temporal.errors import ConflictError, DoError, InputError, OutputError, PayloadTooLargeError
from tests.postgresql import PostgreSQL

START = datetime(2027, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> int:
        """Microseconds since 1970."""
        return (self.time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


class Caller:
    """Where calls of a Datastore go: to a store, each under the write id that is set, as from a run."""

    kind = "workflow"

    def __init__(self, store: Store) -> None:
        self.store = store
        self.write_id: str | None = None

    def place(self) -> Caller:
        """Itself."""
        return self

    async def use_datastore(self, call: StoreCall) -> Any:
        """What the store answers."""
        return answer_of(await self.store.carry_out(call, write_id=self.write_id, written_by="run-1"))


@dataclass
class Judged:
    """A store, and what a test moves."""

    data: Datastore
    caller: Caller
    clock: Clock


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def judged(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Judged]:
    """An empty Datastore of each kind in turn."""
    clock = Clock()
    if request.param == "memory":
        yield _judged(MemoryStore(clock), clock)
        return
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'data.db'}")
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        database = Database(server.url)
    yield _judged(RowStore(database, f"namespace-{uuid4()}", clock), clock)
    await database.close()


@pytest.fixture
def data(judged: Judged) -> Datastore:
    """An empty Datastore of each kind in turn."""
    return judged.data


def _judged(store: Store, clock: Clock) -> Judged:
    caller = Caller(store)
    return Judged(Datastore(caller), caller, clock)  # type: ignore[arg-type] # all that it asks of a client


class User(BaseModel):
    """What a value can be made."""

    name: str
    born: datetime


async def test_what_is_set_is_got(data: Datastore) -> None:
    """A value comes back as plain JSON, and a copy; a missing key gives None, or the default."""
    value: Any = {"ü": [1, 2.5, None, True, "a\u0000b", 10**30], "at": START}
    assert await data.get("a") is None
    assert await data.get("a", 7) == 7
    assert await data.set("a", value) == 1
    value["ü"].append("later")
    expected = {"ü": [1, 2.5, None, True, "a\u0000b", 10**30], "at": "2027-01-01T00:00:00Z"}
    first = await data.get("a", 7)
    assert first == expected
    first["ü"].clear()
    assert await data.get("a") == expected


async def test_a_stored_null_is_there(data: Datastore) -> None:
    """None as a value is no missing key."""
    await data.set("a", None)
    assert await data.get("a", 7) is None


async def test_an_entry_tells_everything(judged: Judged) -> None:
    """An entry has its version, when it was written, by whom, and until when it is there."""
    data = judged.data
    assert await data.entry("a") is None
    await data.set("a", 1)
    judged.clock.time += DAY
    assert await data.set("a", 2, ttl="1h") == 2
    assert await data.entry("a") == Entry("a", 2, 2, START + DAY, "run-1", START + DAY + timedelta(hours=1))


async def test_a_value_is_made_what_is_asked(data: Datastore) -> None:
    """A model, or any type that can be validated, is what a value is made, in lists too."""
    ada = User(name="Ada", born=START)
    await data.set("ada", ada)
    await data.set("numbers", [1, 2])
    assert await data.get("ada", as_type=User) == ada
    assert await data.get("nobody", ada, as_type=User) is ada
    assert await data.get("numbers", as_type=set[int]) == {1, 2}
    assert [entry.value for entry in await data.list("a", as_type=User)] == [ada]


async def test_a_value_that_does_not_fit_says_where(data: Datastore) -> None:
    """Every fault is named with its place."""
    await data.set("ada", {"born": "never"})
    with pytest.raises(OutputError) as refused:
        await data.get("ada", as_type=User)
    assert [place for place, _ in refused.value.problems] == ["name", "born"]
    assert str(refused.value).startswith(
        "the value of key 'ada' does not fit User: name: Field required; born: Input should"
    )


async def test_an_update_leaves_what_it_does_not_name(data: Datastore) -> None:
    """A mapping is merged one level deep; a missing key is created."""
    assert await data.update("a", {"status": "registered", "sent": False, "deep": {"x": 1}}) == 1
    assert await data.update("a", {"status": "email_sent", "deep": {"y": 2}}) == 2
    assert await data.get("a") == {"status": "email_sent", "sent": False, "deep": {"y": 2}}


async def test_numbers_are_counted(data: Datastore) -> None:
    """A missing key counts from 0; whole numbers stay whole."""
    given = [await data.increment("a"), await data.increment("a", 5), await data.increment("a", -0.5)]
    assert given == [1, 6, 5.5]
    assert [type(number) for number in given] == [int, int, float]


async def test_a_deleted_key_is_not_there(data: Datastore) -> None:
    """It says whether it was there; what comes later goes on counting versions."""
    await data.set("a", 1)
    assert await data.delete("a") is True
    assert await data.delete("a") is False
    assert (await data.get("a"), list(await data.list())) == (None, [])
    assert await data.set("a", 2, if_absent=True) == 3


async def test_a_history_has_every_version(judged: Judged) -> None:
    """The newest comes first, and a deletion is one; a history is of its key alone."""
    data = judged.data
    await data.set("a", 1)
    await data.set("b", 1)
    judged.clock.time += DAY
    await data.delete("a")
    await data.increment("a", 3)
    assert await data.history("a") == [
        Entry("a", 3, 3, START + DAY, "run-1"),
        Entry("a", None, 2, START + DAY, "run-1", deleted=True),
        Entry("a", 1, 1, START, "run-1"),
    ]
    assert [entry.version for entry in await data.history("a", limit=2)] == [3, 2]
    assert await data.history("nothing") == []


async def test_a_history_has_an_end(data: Datastore) -> None:
    """The last hundred versions are kept."""
    for _ in range(103):
        await data.increment("a")
    assert [entry.version for entry in await data.history("a")] == list(range(103, 3, -1))


@pytest.mark.parametrize(
    ("condition", "message", "current", "expected"),
    [
        ({"if_absent": True}, "key 'a' is there already, at version 2", 2, None),
        ({"if_version": 1}, "key 'a' is at version 2, version 1 was expected: read it again and decide anew", 2, 1),
        ({"if_version": 3}, "key 'a' is at version 2, version 3 was expected: read it again and decide anew", 2, 3),
    ],
)
async def test_a_conflict_tells_both_versions(
    data: Datastore, condition: dict[str, Any], message: str, current: int, expected: int | None
) -> None:
    """A write whose condition does not hold changes nothing, and says what is there and what was expected."""
    await data.set("a", 1)
    await data.set("a", 2)
    with pytest.raises(ConflictError) as refused:
        await data.set("a", 3, **condition)
    assert (str(refused.value), refused.value.current_version, refused.value.expected_version) == (
        message,
        current,
        expected,
    )
    assert (await data.get("a"), len(await data.history("a"))) == (2, 2)


async def test_a_condition_that_holds(data: Datastore) -> None:
    """Each write that takes a condition is done where it holds; a missing key has no version."""
    assert await data.set("a", {}, if_absent=True) == 1
    assert await data.set("a", {"x": 1}, if_version=1) == 2
    assert await data.update("a", {"y": 2}, if_version=2) == 3
    assert await data.delete("a", if_version=3) is True
    with pytest.raises(ConflictError, match="key 'a' is not there, version 4 was expected") as refused:
        await data.update("a", {}, if_version=4)
    assert (refused.value.current_version, refused.value.expected_version) == (None, 4)


async def test_a_value_with_an_end(judged: Judged) -> None:
    """At its end it is not there; what changes it keeps the end, what is set anew has none, a ttl begins again."""
    data, clock = judged.data, judged.clock
    for key in ("ends", "updated", "renewed", "set"):
        await data.set(key, {"n": 1}, ttl="1d")
    clock.time += DAY / 2
    await data.update("updated", {"n": 2})
    await data.update("renewed", {"n": 2}, ttl="1d")
    await data.set("set", {"n": 2})
    await data.increment("count", ttl="1h")
    clock.time += DAY / 2
    assert [entry.key for entry in await data.list()] == ["renewed", "set"]
    assert [await data.get(key) for key in ("ends", "updated", "renewed", "set", "count")] == [
        None, None, {"n": 2}, {"n": 2}, None,
    ]  # fmt: skip
    assert await data.delete("ends") is False
    assert await data.set("ends", 7, if_absent=True) == 2


async def test_what_is_gone_is_forgotten(judged: Judged) -> None:
    """Thirty days after its end a key has no history, and counts from 1 again; one that is there stays."""
    data, clock = judged.data, judged.clock
    await data.set("stays", 1)
    await data.set("ends", 1, ttl="1d")
    await data.set("deleted", 1)
    await data.delete("deleted")
    clock.time += 30 * DAY
    await _write_often(data)
    assert (len(await data.history("deleted")), len(await data.history("ends"))) == (0, 1)
    clock.time += DAY
    await _write_often(data)
    assert (len(await data.history("ends")), len(await data.history("stays"))) == (0, 1)
    assert await data.set("ends", 1) == 1


async def _write_often(data: Datastore) -> None:
    for _ in range(100):
        await data.increment("often")


async def test_a_repeated_write_writes_once(judged: Judged) -> None:
    """A write that comes again under its id changes nothing, and comes to what it first came to, whatever happened since."""
    data, caller = judged.data, judged.caller
    caller.write_id = "w1"
    assert [await data.increment("n", 2), await data.increment("n", 2)] == [2, 2]
    caller.write_id = None
    assert await data.increment("n", 1) == 3
    caller.write_id = "w1"
    assert await data.increment("n", 2) == 2
    assert await data.get("n") == 3
    caller.write_id = "w2"
    assert [await data.delete("n"), await data.delete("n")] == [True, True]


async def test_a_repeated_refusal_stays_one(judged: Judged) -> None:
    """A write that was refused is refused again, also where it could be done by now: its caller was told."""
    data, caller = judged.data, judged.caller
    await data.set("a", 1)
    caller.write_id = "w1"
    with pytest.raises(ConflictError) as first:
        await data.set("a", 2, if_absent=True)
    caller.write_id = None
    await data.delete("a")
    caller.write_id = "w1"
    with pytest.raises(ConflictError) as second:
        await data.set("a", 2, if_absent=True)
    assert (str(second.value), second.value.current_version) == (str(first.value), 1)
    assert await data.get("a") is None


async def test_ten_repetitions_at_once_write_once(judged: Judged) -> None:
    """Deliveries of one write that meet each other come to the same; one of them writes."""
    judged.caller.write_id = "w1"
    assert await asyncio.gather(*(judged.data.increment("n", 2) for _ in range(10))) == [2] * 10
    assert await judged.data.get("n") == 2


async def test_writes_at_once_lose_nothing(data: Datastore) -> None:
    """A hundred increments at once are a hundred; of ten creations at once, and of ten conditional writes, one is done."""
    totals = await asyncio.gather(*(data.increment("n") for _ in range(100)))
    assert sorted(totals) == list(range(1, 101))
    conditions: list[dict[str, Any]] = [{"if_absent": True}, {"if_version": 1}]
    for condition in conditions:
        tried = (data.set("a", n, **condition) for n in range(10))
        outcomes = await asyncio.gather(*tried, return_exceptions=True)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ConflictError"] * 9 + ["int"]


async def test_a_list_is_sorted_and_paged(data: Datastore) -> None:
    """Keys are sorted by their characters, in pages that go on where the one before ended."""
    keys = ["B", "a", "a-1", "a.1", "a_1", "ab", "a\u00e4", "a\U0001f600", "b"]
    for key in reversed(keys):
        await data.set(key, key.upper())
    assert [(entry.key, entry.value) for entry in await data.list()] == [(key, key.upper()) for key in keys]
    pages, cursor = [], None
    while True:
        page = await data.list("a", limit=3, cursor=cursor)
        pages.append([entry.key for entry in page])
        cursor = page.cursor
        if cursor is None:
            break
    assert pages == [keys[1:4], keys[4:7], keys[7:8]]
    assert (len(await data.list("a%")), len(await data.list("c"))) == (0, 0)


async def test_a_page_has_an_end(data: Datastore) -> None:
    """A page of large values ends early and goes on; one entry is always on it."""
    for key in "abc":
        await data.set(key, "x" * (MAX_VALUE_BYTES - 2))
    first = await data.list()
    assert ([entry.key for entry in first], first.cursor) == (["a"], "a")
    assert [entry.key for entry in await data.list(cursor="b")] == ["c"]


async def test_namespaces_see_nothing_of_each_other(data: Datastore) -> None:
    """A namespace has keys of its own; one within another goes by either spelling."""
    users = data.namespace("users")
    await data.set("a", "root")
    await users.set("a", "users")
    await users.namespace("eu").set("a", "eu")
    assert await data.namespace("users/eu").get("a") == "eu"
    assert [await data.get("a"), await users.get("a")] == ["root", "users"]
    assert [entry.value for entry in await users.list()] == ["users"]
    assert [entry.value for entry in await users.history("a")] == ["users"]
    with pytest.raises(ConflictError, match="key 'users/a' is there already"):
        await users.set("a", 1, if_absent=True)


MISUSE: dict[str, tuple[Any, type[DoError], str]] = {
    "an empty key": (lambda d: d.get(""), InputError, "the Datastore's key must be text of 1 to 200 characters, not ''"),
    "a key that is no text": (lambda d: d.set(7, 1), InputError, "the Datastore's key must be text of 1 to 200 characters"),
    "a long key": (lambda d: d.delete("k" * 201), InputError, "the Datastore's key has 201 characters, at most 200"),
    "a line in a key": (lambda d: d.history("a\nb"), InputError, "characters that cannot be printed"),
    "an empty namespace": (lambda d: d.namespace("").get("a"), InputError, "the Datastore's namespace must be text"),
    "an empty part": (lambda d: d.namespace("a//b").get("a"), InputError, "has an empty part"),
    "a long path": (
        lambda d: d.namespace("n" * 150).namespace("n" * 60).get("a"), InputError, "the Datastore's namespace has 211",
    ),
    "no JSON": (
        lambda d: d.set("a", {"b": [object()]}), InputError,
        "the input of the Datastore's key 'a' cannot be written as JSON at b[0]: a value of type object",
    ),
    "no number": (lambda d: d.set("a", float("nan")), InputError, "JSON has no number nan"),
    "a large value": (
        lambda d: d.set("a", "x" * MAX_VALUE_BYTES), PayloadTooLargeError,
        "the value of key 'a' is 1,048,578 bytes of JSON, at most 1,048,576 are kept",
    ),
    "a value that became large": (
        lambda d: d.update("half", {"b": "x" * (MAX_VALUE_BYTES // 2)}), PayloadTooLargeError, "at most 1,048,576 are kept",
    ),
    "changes that are no mapping": (lambda d: d.update("a", [1]), InputError, "the changes of key 'a' are no mapping"),
    "an update of a number": (
        lambda d: d.update("number", {}), InputError, "the value of key 'number' is no mapping, only those can be updated",
    ),
    "a text incremented": (
        lambda d: d.increment("half"), InputError, "which is no number that can be added",
    ),
    "what is too long to be read": (lambda d: d.set("a", 10**5000), InputError, "a number has at most 4,300 digits"),
    "a number added that is too long": (
        lambda d: d.increment("a", 10**5000), InputError, "by is a number of more than 4,300 digits, which cannot be added",
    ),
    "a number added to one that is as long as may be": (
        lambda d: d.increment("longest", 1), InputError, "is a number of more than 4,300 digits, which cannot be added",
    ),
    "a text added": (lambda d: d.increment("a", "1"), InputError, "by is '1', which is no number that can be added"),
    "true added": (lambda d: d.increment("a", True), InputError, "by is True, which is no number"),
    "too much": (lambda d: d.increment("huge", 0.5), InputError, "with 0.5 added is inf, which is no number"),
    "a version of nothing": (lambda d: d.set("a", 1, if_version=0), InputError, "if_version=0 is no version"),
    "a version that is text": (lambda d: d.delete("a", if_version="1"), InputError, "if_version='1' is no version"),
    "both conditions": (
        lambda d: d.set("a", 1, if_version=1, if_absent=True), InputError, "if_version= and if_absent= were both given",
    ),
    "no time": (lambda d: d.set("a", 1, ttl=0), InputError, "ttl=0 would write what is gone at once"),
    "no duration": (lambda d: d.update("a", {}, ttl="soon"), InputError, "ttl='soon' is not a duration"),
    "a limit of none": (lambda d: d.list(limit=0), InputError, "limit=0 is no number from 1 to 1,000"),
    "a limit beyond": (lambda d: d.history("a", limit=101), InputError, "limit=101 is no number from 1 to 100"),
    "a prefix that is none": (lambda d: d.list(None), InputError, "prefix=None is nothing that a key begins with"),
    "a cursor that is none": (lambda d: d.list(cursor=""), InputError, "the Datastore's key must be text"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISUSE)
async def test_misuse_changes_nothing(data: Datastore, name: str) -> None:
    """What cannot be meant is refused in words that say what to do, and nothing is written."""
    await data.set("half", {"a": "x" * (MAX_VALUE_BYTES // 2)})
    await data.set("number", 7)
    await data.set("huge", 10**400)
    await data.set("longest", 10**4300 - 1)
    call, error, message = MISUSE[name]
    with pytest.raises(error) as refused:
        await call(data)
    assert message in str(refused.value)
    there = ["half", "huge", "longest", "number"]
    assert [(entry.key, entry.version) for entry in await data.list()] == [(key, 1) for key in there]
