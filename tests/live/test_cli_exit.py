"""The command line: a command that had a connection ends with its own status, every time."""

from __future__ import annotations

import asyncio

from dosdk_temporal.testing import TestDo
from tests.live.command_line import dosdk


async def test_the_status_is_always_the_commands_own(do: TestDo) -> None:
    """Of many commands that connect, none is ended by a crash while Python takes itself apart."""
    ends = []
    for _ in range(8):
        pair = await asyncio.gather(dosdk(do, "list", "--json"), dosdk(do, "status", "gone"))
        ends.append([(said.status, said.err.partition(" in namespace")[0]) for said in pair])
    assert ends == [[(0, ""), (1, "dosdk: error: there is no such execution")]] * 8
