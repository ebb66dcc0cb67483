"""Actions that write down what they do, and what is undone of it."""

from __future__ import annotations

import asyncio
from typing import Any

from dosdk_temporal import ActionContext, ActionError, Do

__all__ = ["Ledger", "undone"]


class Ledger:
    """What was done and undone, in order, and a gate that holds up who comes to it.

    Defines ``book``, which is undone (but for a ``stone``) and comes to the gate with what is ``slow``, and ``fail``.
    """

    def __init__(self, do: Do) -> None:
        self.lines: list[Any] = []
        self.runs: list[str] = []
        self.reached, self.open = asyncio.Event(), asyncio.Event()
        self._loop = asyncio.get_running_loop()
        do.action.create(name="book", handler=self._book, compensate=self._undo, heartbeat="300ms")
        do.action.create(name="fail", handler=self._fail, retry=1)

    def reach(self) -> None:
        """Say, from any thread, that the gate is reached."""
        self._loop.call_soon_threadsafe(self.reached.set)

    async def passed(self) -> None:
        """Wait at the gate, on the handlers' own loop."""
        self.reach()
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self.open.wait(), self._loop))

    async def _book(self, what: str, context: ActionContext) -> str:
        self.lines.append(("book", what))
        self.runs.append(context.execution_id)
        if what == "slow":
            await self.passed()
        return f"{what}!"

    def _undo(self, input: dict[str, Any], output: Any, outcome: str) -> None:  # noqa: A002 - what is told
        self.lines.append(("undo", input["what"], output, outcome))
        if input["what"] == "stone":
            raise ActionError("it is set in stone", retryable=False)

    async def _fail(self) -> None:
        raise ValueError("sold out")


def undone(*what: str) -> list[Any]:
    """The lines of completed steps that were undone, in that order."""
    return [("undo", one, f"{one}!", "completed") for one in what]
