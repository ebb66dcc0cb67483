"""The demo's third act: a workflow that waits for a person."""

from __future__ import annotations

import asyncio

from demo.acts import headline
from demo.ending import at_terminal, enter_pressed
from dosdk_temporal import ApprovalError, Do, Execution
from dosdk_temporal._cli.output import console
from dosdk_temporal._pure.waits import Wait

__all__ = ["act_three"]

_EXPENSE = {
    "submitter": "ada.lovelace@acme.example",
    "purpose": "a chair",
    "amount": 400,
    "lead": "lea@acme.example",
    "finance": ["fin@acme.example"],
}


async def act_three(do: Do) -> None:
    """Start an approval, say how to give it, and see it given: by somebody at a terminal, else by the demo itself."""
    headline("4. A workflow that waits for a person, three days if need be: 'approve-expense'")
    execution = await do.workflows.start("approve-expense", _EXPENSE)
    wait = await _reached(execution)
    console().print(f"  waits for {wait.kind} {wait.name!r}: {wait.title}, until {wait.until:%Y-%m-%d %H:%M} UTC")
    who = wait.approvers[0]
    command = f"dosdk approve '{execution.id}' {wait.name} --by {who} --address {do.settings.address}"
    console().print(f"  decide it: {command}", soft_wrap=True)
    if at_terminal():
        await _decided_or_enter(execution, f"  or press Enter to approve it as {who}")
    else:
        console().print("  nobody is at the terminal, so the demo approves it")
    try:
        await execution.approve(wait.name, by=who, comment="Sit well.")
    except ApprovalError as error:  # somebody else was faster, and said no
        console().print(f"  {error}")
    console().print(f"  output    {await execution.result()}")


async def _reached(execution: Execution) -> Wait:
    while not (waits := (await execution.status()).waiting_for):  # noqa: ASYNC110 - the server has no call that waits for it
        await asyncio.sleep(0.05)
    return waits[0]


async def _decided_or_enter(execution: Execution, asking: str) -> None:
    ended = asyncio.create_task(execution.result())
    entered = asyncio.create_task(enter_pressed(asking))
    await asyncio.wait([ended, entered], return_when=asyncio.FIRST_COMPLETED)
    for task in (ended, entered):
        task.cancel()
    await asyncio.gather(ended, entered, return_exceptions=True)
