"""Ways out of a handler by threads, as a program may take them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

__all__ = ["POOL", "in_thread"]

POOL = ThreadPoolExecutor(1)
POOL.submit(int).result()  # its thread is older than any action


def in_thread(call: Callable[[], Any]) -> Any:
    """What a call gives or raises in a thread that is made for it."""
    outcome: Future[Any] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets it
            outcome.set_exception(error)

    threading.Thread(target=run).start()
    return outcome.result()
