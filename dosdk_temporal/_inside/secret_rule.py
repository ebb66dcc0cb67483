"""Inside: refusing what holds a secret's value, the same way on every replay.

Whether a value is known to be secret depends on what the process has resolved so far, and whether payloads are encrypted on
how it was started. So a run that is refused something marks it in its history, and a replay does as the marks say.
"""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Final
from weakref import WeakKeyDictionary

from temporalio import workflow

from dosdk_temporal._inside.worker_side import worker_side
from dosdk_temporal._pure.secret_values import Answer, anywhere

__all__ = ["rule_of_workers"]

_MARK: Final = "dosdk.secret"
_written: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, count[int]]] = WeakKeyDictionary()
"""How often each run has written something; a run that is replayed has a loop of its own, and begins anew."""


def rule_of_workers(is_found: Answer, is_encrypted: Answer | None) -> bool:
    """Whether what is written is refused: see :data:`Rule`. Of runs their worker says whether it encrypts."""
    if workflow.in_workflow():
        return _refused_by_run(is_found, is_encrypted or _worker_encrypts)
    return anywhere(is_found, is_encrypted)


def _worker_encrypts() -> bool:
    return worker_side().encrypts


def _refused_by_run(is_found: Answer, is_encrypted: Answer) -> bool:
    if workflow.unsafe.is_read_only():  # of what is asked of a run nothing is written
        return False
    mark = f"{_MARK}#{next(_written.setdefault(asyncio.get_running_loop(), count()))}"
    if workflow.unsafe.is_replaying():
        return workflow.patched(mark)
    return anywhere(is_found, is_encrypted) and workflow.patched(mark)
