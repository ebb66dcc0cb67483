"""An action that pays in a transaction, in a process that dies at given points of its way, or at random ones."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Pool, event
from temporalio import activity

from dosdk_temporal import ActionContext, Do, Transaction

do = Do()

_ODDS = float(os.environ.get("DO_TEST_ODDS", "0"))
_DIED = Path(os.environ["DO_TEST_DIED"])
_POINT: ContextVar[str | None] = ContextVar("_POINT", default=None)
"""Where the running payment's process is to die once; None outside payments."""
_HAS_PAID: ContextVar[bool] = ContextVar("_HAS_PAID", default=False)


def _pass(point: str, order: str) -> None:
    """Die here, where that is asked for: once an order and point, or by chance."""
    is_meant = _POINT.get() == f"{point} {order}" and _first_time(f"{point} {order}")
    if is_meant or (_ODDS and random.random() < _ODDS):  # noqa: S311 - chance, not secrets
        os.kill(os.getpid(), signal.SIGKILL)


def _first_time(name: str) -> bool:
    try:
        (_DIED / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


@do.action.create(
    name="pay", heartbeat="1s", retry={"maxAttempts": 50, "backoff": {"initialDelay": 50, "maxDelay": 500}}
)
async def pay(order: str, tx: Transaction, context: ActionContext, point: str | None = None) -> dict[str, Any]:
    """Pay an order; its process dies at the point."""
    return await _pay(order, tx, context, point)


@do.action.create(name="pay-soon", heartbeat="1s", timeout=1, retry={"maxAttempts": 2, "backoff": {"initialDelay": 50}})
async def pay_soon(order: str, tx: Transaction, context: ActionContext, slow: bool = False) -> dict[str, Any]:
    """Pay an order in one attempt or two; a slow one passes its time and goes on."""
    if slow:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.shield(asyncio.sleep(2.5))  # beyond the time that it has to clean up
    return await _pay(order, tx, context, None)


async def _pay(order: str, tx: Transaction, context: ActionContext, point: str | None) -> dict[str, Any]:
    _POINT.set(f"{point} {order}")
    _pass("claimed", order)
    await tx.execute("INSERT INTO payments VALUES (:order, :amount)", {"order": order, "amount": 5})
    _pass("paid", order)
    await asyncio.sleep(0)
    _HAS_PAID.set(True)
    return {"order": order, "attempt": context.attempt, "by": os.getpid()}


def _order() -> str:
    return (_POINT.get() or " ").partition(" ")[2]


@event.listens_for(Engine, "begin")
def _beginning(_: Any) -> None:
    """Whose payment it is nobody knows yet: where its process is to die here, it takes the test's word for it."""
    with suppress(FileNotFoundError):
        if activity.in_activity():
            (_DIED / "beginning").unlink()
            os.kill(os.getpid(), signal.SIGKILL)
    _pass("beginning", "")


@event.listens_for(Engine, "commit")
def _committing(_: Any) -> None:
    if _HAS_PAID.get():
        _pass("committing", _order())


@event.listens_for(Pool, "checkin")
def _committed(*_: Any) -> None:
    if _HAS_PAID.get():
        _pass("committed", _order())
