"""Who is at the terminal, and how the demo ends."""

from __future__ import annotations

import asyncio
import signal
import sys

from dosdk_temporal._cli.output import console

__all__ = ["at_terminal", "enter_pressed", "wait_for_enter"]


def at_terminal() -> bool:
    """Whether somebody is there who can press a key."""
    return sys.stdin.isatty() and sys.stdout.isatty()


async def enter_pressed(asking: str, *, or_interrupt: bool = False) -> None:
    """Ask for Enter, and wait for it.

    Args:
        asking: said once either key is listened for: somebody may be fast.
        or_interrupt: whether Ctrl-C means the same; else it ends the program, as everywhere.
    """
    loop, pressed = asyncio.get_running_loop(), asyncio.Event()

    def take() -> None:
        sys.stdin.readline()
        pressed.set()

    loop.add_reader(sys.stdin, take)
    if or_interrupt:
        loop.add_signal_handler(signal.SIGINT, pressed.set)
    try:
        console().print(asking, style="bold")
        await pressed.wait()
    finally:
        loop.remove_reader(sys.stdin)
        if or_interrupt:
            loop.remove_signal_handler(signal.SIGINT)


async def wait_for_enter(*, kept: bool) -> None:
    """Where somebody is at the terminal, keep all as it is until Enter or Ctrl-C; elsewhere end at once and say so.

    Args:
        kept: whether the server's data outlast it.
    """
    again = "'.venv/bin/dosdk dev' brings it back, with this run in its Web UI" if kept else "its runs go with it"
    if not at_terminal():
        console().print(f"\nNobody is at the terminal, so the server stops now; {again}")
        return
    await enter_pressed("\nThe Web UI stays open until you press Enter.", or_interrupt=True)
    console().print(f"The server stops now; {again}")
