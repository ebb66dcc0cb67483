"""How the demo ends."""

from __future__ import annotations

import asyncio
import signal
import sys

from dosdk_temporal._cli.output import console

__all__ = ["wait_for_enter"]


async def wait_for_enter(*, kept: bool) -> None:
    """Where somebody is at the terminal, keep all as it is until Enter or Ctrl-C; elsewhere end at once and say so.

    Args:
        kept: whether the server's data outlast it.
    """
    again = "'.venv/bin/dosdk dev' brings it back, with this run in its Web UI" if kept else "its runs go with it"
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        console().print(f"\nNobody is at the terminal, so the server stops now; {again}")
        return
    loop, pressed = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin, pressed.set)
    loop.add_signal_handler(signal.SIGINT, pressed.set)
    try:
        console().print("\nThe Web UI stays open until you press Enter.", style="bold")
        await pressed.wait()
    finally:
        loop.remove_reader(sys.stdin)
        loop.remove_signal_handler(signal.SIGINT)
    console().print(f"The server stops now; {again}")
