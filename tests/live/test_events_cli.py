"""``dosdk emit``."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosdk_temporal import Trigger
from dosdk_temporal.testing import TestDo
from tests.live.command_line import Said, alone, dosdk

USER = """'dosdk emit --help' shows what fits"""


@pytest.fixture
def subscribed(do: TestDo) -> TestDo:
    """A client whose workflow an event starts."""

    @do.workflow.create(name="welcome", trigger={"event": "account.opened", "filter": "event.payload.plan !== 'free'"})
    async def welcome(trigger: Trigger) -> None: ...

    @do.workflow.create(
        name="counts-seats", trigger={"event": "account.opened", "filter": "event.payload.team.seats > 3"}
    )
    async def counts_seats(trigger: Trigger) -> None: ...

    return do


async def test_an_event_is_emitted(subscribed: TestDo, tmp_path: Path) -> None:
    """For people it says what became of the event, for programs in JSON; the payload may come from a file or standard input."""
    event = str(subscribed.uuid())
    (tmp_path / "user.json").write_text('{"plan": "pro"}')
    async with subscribed.worker():
        first = await dosdk(subscribed, "emit", "account.opened", "--payload", '{"plan": "pro"}', "--id", event)
        again = await dosdk(
            subscribed, "emit", "account.opened", "-p", f"@{tmp_path / 'user.json'}", "--id", event, "--json"
        )
        alone_ = await dosdk(subscribed, "emit", "nobody.listens", "--input", "-", stdin="[1]")
    reason = "Cannot read properties of undefined (reading 'seats')"
    assert first == Said(0, f"{event}\nstarted  welcome/{event}\nrefused  counts-seats: {reason}\n", "")
    assert (again.status, again.err) == (0, "")
    assert again.json == {
        "id": "<uuid>", "started": ["welcome/<uuid>"], "woken": [],
        "refused": [{"workflow": "counts-seats", "reason": reason}], "duplicate": True,
    }  # fmt: skip
    assert alone_.out.splitlines()[1] == "nobody waits for it or starts by it; it is kept for runs that have begun"


async def test_a_conflict_is_one_line(subscribed: TestDo) -> None:
    """An id with another payload ends with status 1 and a sentence."""
    event = str(subscribed.uuid())
    async with subscribed.worker():
        await dosdk(subscribed, "emit", "user.paid", "--id", event)
        refused = await dosdk(subscribed, "emit", "user.paid", "--id", event, "--payload", "[7]")
    told = f"event 'user.paid' with the id '{event}' was emitted with another payload: one id stands for one payload"
    assert refused == Said(1, "", f"dosdk: error: {told}\n")


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["account.opened", "--payload", "{plan}"], 2, "quote it for the shell, as in --payload '{"),
        (["account.opened", "--payload", "@nowhere.json"], 2, "the file 'nowhere.json' cannot be read"),
        (["account.opened", "--keep", "soon"], 1, "keep='soon' is not a duration"),
        (["", "--id", "7"], 1, "the event's name must be text"),
        ([], 2, USER),
    ],
)
async def test_mistakes(arguments: list[str], status: int, told: str) -> None:
    """What cannot be meant is said in one line, without a server."""
    said = await alone("emit", *arguments)
    assert (said.status, said.out, said.err.count("\n")) == (status, "", 1)
    assert told in said.err
