"""Texts that people give for a record, and names that are asked about: what cannot travel is refused at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from dosdk_temporal import DefinitionError, Do, InputError
from dosdk_temporal.testing import TestDo

HALF = "half \ud800"
"""Half of a surrogate pair, as Python makes it of a command's argument that is no UTF-8."""

RUN = "order-7"


def run(do: Do) -> Any:
    """A run that is there or not: no server is asked."""
    return do.workflows.get(RUN)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda do: run(do).cancel(HALF), "reason"),
        (lambda do: run(do).terminate(reason=HALF), "reason"),
        (lambda do: run(do).pause(HALF), "reason"),
        (lambda do: run(do).resume(HALF), "reason"),
        (lambda do: run(do).retry("charge", reason=HALF), "reason"),
        (lambda do: do.workflows.cancel(RUN, reason=HALF), "reason"),
        (lambda do: do.workflows.pause(RUN, reason=HALF), "reason"),
        (lambda do: do.workflows.get_schedule(RUN).pause(HALF), "note"),
        (lambda do: do.workflows.get_schedule(RUN).unpause(HALF), "note"),
        (lambda do: do.workflows.get_status(HALF), "the execution id"),
        (lambda do: do.workflows.start(HALF), "a name"),
        (lambda do: do.action.run(HALF), "a name"),
        (lambda do: do.workflows.list(workflow=HALF), "workflow"),
    ],
)
async def test_a_text_that_cannot_travel_is_refused(call: Callable[[Do], Awaitable[Any]], argument: str) -> None:
    """Half of a surrogate pair is an InputError that names the argument, before any server is asked."""
    with pytest.raises(InputError) as refused:
        await call(TestDo("127.0.0.1:1"))
    assert str(refused.value) == f"{argument} {HALF!r} has characters that UTF-8 has not: leave them out"


@pytest.mark.parametrize(
    "call",
    [
        lambda do: run(do).approve("manager", comment=HALF),
        lambda do: run(do).reject("manager", by="ann", comment=HALF),
        lambda do: run(do).resolve("charge", "retry", by="ann", comment=HALF),
    ],
)
async def test_a_comment_that_cannot_travel_is_refused(call: Callable[[Do], Awaitable[Any]]) -> None:
    """So is a comment, which is a part of what is sent."""
    with pytest.raises(InputError, match=r"at comment: the text has characters that UTF-8 has not"):
        await call(TestDo("127.0.0.1:1"))


def test_a_description_that_cannot_travel_is_refused() -> None:
    """A description, which the Web UI shows, is refused where it is written."""
    with pytest.raises(DefinitionError) as refused:
        TestDo("127.0.0.1:1").action.create(name="charge", description=HALF, handler=lambda: None)
    assert str(refused.value) == (
        f"the description of action 'charge' {HALF!r} has characters that UTF-8 has not: leave them out"
    )


async def test_numbers_that_nobody_reads_are_refused() -> None:
    """So is a whole number that is longer than Python reads, in an event as in any other input."""
    with pytest.raises(
        InputError, match="the input of event 'placed' cannot be written as JSON at n: a number has at most"
    ):
        await TestDo("127.0.0.1:1").events.emit("placed", {"n": 10**5000})
