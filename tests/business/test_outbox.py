"""The outbox: every delivery once, whole, in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from activities.parts.outbox import Delivery, deliver, read_outbox
from tests.forked import ForkedProcess

MAIL = Delivery("mail", to="jane@acme.example", subject="Welcome", body="Grüße,\nJane", key="run-1/mail")

MANY = """
import asyncio
from activities.parts.outbox import Delivery, deliver

async def main():
    for number in range(20):
        await deliver(Delivery("crm", to="the CRM", subject="task", body={"number": number}, key=f"key-{number}"))

asyncio.run(main())
"""


def without_time(deliveries: list[Delivery]) -> list[Delivery]:
    """The deliveries without the moment they were written."""
    return [replace(delivery, time="") for delivery in deliveries]


def test_empty() -> None:
    """An outbox that nobody wrote to is empty."""
    assert read_outbox() == []


async def test_keeps_deliveries_whole() -> None:
    """What is delivered is read back as it was, in order, with the time it was written."""
    task = Delivery("crm", to="the CRM", subject="task", body={"userId": "usr_1"}, key="run-1/task")
    written = [await deliver(MAIL), await deliver(task)]
    assert read_outbox() == written
    assert without_time(written) == [MAIL, task]
    assert datetime.now(UTC) - datetime.fromisoformat(written[0].time) < timedelta(minutes=1)


async def test_one_key_one_delivery() -> None:
    """The same key again on the same channel adds nothing and gives the first delivery; another channel takes it."""
    first = await deliver(MAIL)
    assert await deliver(replace(MAIL, body="again")) == first
    await deliver(replace(MAIL, channel="slack"))
    assert without_time(read_outbox()) == [MAIL, replace(MAIL, channel="slack")]


async def test_line_cut_by_a_crash(business_home: Path) -> None:
    """A line that a crash has cut is not read, and the next delivery takes its place."""
    await deliver(MAIL)
    path = business_home / "outbox.jsonl"
    path.write_bytes(path.read_bytes() + b'{"channel": "mail", "to": "jo')
    assert without_time(read_outbox()) == [MAIL]
    await deliver(replace(MAIL, key="run-2/mail"))
    assert without_time(read_outbox()) == [MAIL, replace(MAIL, key="run-2/mail")]


async def test_several_processes_at_once(environment: dict[str, str]) -> None:
    """Processes that deliver the same keys at the same time leave one whole line a key."""
    processes = [await ForkedProcess.start(["-c", MANY], env=environment) for _ in range(4)]
    assert [await process.wait() for process in processes] == [0] * 4
    assert sorted(delivery.body["number"] for delivery in read_outbox()) == list(range(20))
