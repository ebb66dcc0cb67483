"""A saga whose every effect is written down where it can be counted: in a database of its own."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from typing import Any

from dosdk_temporal import Do, Retry, Trigger

do = Do()

PARTS = ("flight", "hotel", "car")


def _write(what: str, run: str, part: str, outcome: str = "") -> None:
    with sqlite3.connect(os.environ["DEEDS"], timeout=30) as database:
        database.execute("INSERT INTO deeds (what, run, part, outcome) VALUES (?, ?, ?, ?)", (what, run, part, outcome))
    database.close()


@do.action.create(name="void-part", heartbeat="1s", retry=Retry.forever(initial_delay="50ms", max_delay="200ms"))
async def void(input: dict[str, Any], outcome: str) -> None:  # noqa: A002 - what is told
    """Undo a booking, for as often as that takes."""
    await asyncio.sleep(0.03)
    _write("undo", input["run"], input["part"], outcome)
    await asyncio.sleep(0.03)


@do.action.create(name="book-part", heartbeat="1s", retry=Retry(3, "50ms"), compensate=void)
async def book(run: str, part: str) -> None:
    """Book a part; a worker that dies just then leaves nobody who knows of it."""
    await asyncio.sleep(0.05)
    _write("book", run, part)
    await asyncio.sleep(0.05)


@do.action.create(name="refuse", retry=1)
async def refuse() -> None:
    """Refuse the last step."""
    raise ValueError("sold out")


@do.workflow.create(name="books-a-trip")
async def books_a_trip(trigger: Trigger) -> None:
    """Book all parts, and fail then where the payload says so."""
    for part in PARTS:
        await do.action.run("book-part", {"run": trigger.id, "part": part})
    if trigger.payload["fails"]:
        await do.action.run("refuse")
