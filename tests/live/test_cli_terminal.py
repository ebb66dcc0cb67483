"""The command line on a terminal: a run is drawn while it goes on."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import subprocess
from contextlib import suppress

from dosdk_temporal import Trigger
from dosdk_temporal.testing import TestDo
from tests.live.command_line import DOSDK, environment, masked


async def test_a_run_is_drawn_while_it_goes_on(do: TestDo) -> None:
    """On a terminal the steps are drawn while they run; what stays is each step's end, then the output."""
    reached = asyncio.Event()
    released = asyncio.Event()
    loop = asyncio.get_running_loop()

    @do.action.create(name="hold")
    def hold(order: str) -> str:
        loop.call_soon_threadsafe(reached.set)
        asyncio.run_coroutine_threadsafe(released.wait(), loop).result()
        return order

    @do.workflow.create(name="held")
    async def held(trigger: Trigger) -> object:
        return await do.action.run("hold", trigger.payload)

    async with do.worker():
        terminal = Terminal(do, "run", "held", "--input", '{"order": "o1"}', "--id", do.settings.task_queue)
        await reached.wait()
        await terminal.shows("hold  running  1 attempt")
        released.set()
        status, text = await terminal.ended()
    stays = [line.rstrip() for line in masked(text).splitlines()]
    assert (status, stays[-3:]) == (
        0,
        ["✓ test-<uuid>  completed  <length>", "  ✓ hold  completed  1 attempt  <length>", '"o1"'],
    )


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, do: TestDo, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        target = {"TEMPORAL_ADDRESS": do.settings.address, "DO_TASK_QUEUE": do.settings.task_queue}
        plain = {"TERM": "xterm", "COLUMNS": "120", "LINES": "40", "NO_COLOR": "1"}
        self._process = subprocess.Popen(  # noqa: S603 - the program under test
            [*DOSDK, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**target, **plain)
        )
        os.close(theirs)
        self._text = ""

    async def shows(self, text: str) -> None:
        """Wait until the text has been drawn."""
        while text not in self._plain():
            await self._more()

    async def ended(self) -> tuple[int, str]:
        """Wait for the end, and give the status and all that was drawn."""
        while await self._more():
            pass
        os.close(self._ours)
        return await asyncio.to_thread(self._process.wait), self._plain()

    async def _more(self) -> bool:
        data = b""
        with suppress(OSError):  # how a terminal says that nobody writes to it any more
            data = await asyncio.to_thread(os.read, self._ours, 4096)
        self._text += data.decode()
        return bool(data)

    def _plain(self) -> str:
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self._text)
