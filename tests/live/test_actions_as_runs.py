"""Servers that run no activity without a workflow: an action called alone is a run of one action there."""

from __future__ import annotations

import pytest

from dosdk_temporal import InputError, NotFoundError
from dosdk_temporal.testing import TestDo


async def test_calls_results_and_errors_are_the_same(do: TestDo) -> None:
    """Without standalone activities an action gives the same result, attempts and errors."""

    @do.action.create(name="divide", retry=2)
    async def divide(a: int, b: int) -> float:
        return a / b

    connection = await do.connection()
    assert connection.standalone
    connection.standalone = False
    async with do.worker(unknown_grace="1s"):
        result = await do.action.execute(name="divide", params={"a": 6, "b": 3})
        with pytest.raises(ZeroDivisionError, match="division by zero") as failed:
            await divide.execute(a=1, b=0)
        with pytest.raises(NotFoundError, match="has an action named 'nothing'"):
            await do.action.run("nothing")
        with pytest.raises(InputError, match="b: is required"):
            await do.action.run("divide", {"a": 1})
    assert (result.output, result.attempts, result.id[:4]) == (2.0, 1, "act/")
    assert (getattr(failed.value, "attempts", None), getattr(failed.value, "action", None)) == (2, "divide")
