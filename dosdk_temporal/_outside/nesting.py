"""Outside: an action is a place where nothing can be started or steered.

The place travels in a context variable to tasks, ``asyncio.to_thread`` and the SDK's own pool. Raw threads and a project's own
pools get no context of their own, so starting a thread and submitting to a pool are marked while an action runs. Beyond
reach: a subprocess, and a callback that a foreign thread hands to an event loop.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Literal, NoReturn

from dosdk_temporal._outside.secrets import RESOLVER, value_of_secret
from dosdk_temporal._pure.calls import ActionCall, ActionResult, WorkflowCall
from dosdk_temporal._pure.datastore import StoreCall
from dosdk_temporal._pure.events import Emission, EventCall
from dosdk_temporal._pure.metrics import Figures
from dosdk_temporal._pure.place import CURRENT, THREAD_MARK, current_place
from dosdk_temporal._pure.real_time import RealTime
from dosdk_temporal.errors import ActionNestingError

__all__ = ["ActionPlace", "mark_threads"]


class ActionPlace(RealTime):
    """Inside a running action: what starts or steers is refused."""

    kind: Literal["action"] = "action"

    def __init__(self, action: str, figures: Figures) -> None:
        self.action, self._figures = action, figures
        self._resolver = RESOLVER.get()
        self.active = True
        """False once the attempt has ended: a pool's thread outlives it."""

    async def run_action(self, call: ActionCall) -> ActionResult:
        """Refuse: actions cannot call actions."""
        self.refuse(f"call action {call.name!r}")

    async def run_workflow(self, call: WorkflowCall) -> Any:
        """Refuse: actions cannot call workflows."""
        self.refuse(f"run workflow {call.name!r}")

    async def start_workflow(self, call: WorkflowCall) -> Any:
        """Refuse: actions cannot start workflows."""
        self.refuse(f"start workflow {call.name!r}")

    async def emit(self, call: EventCall) -> Emission:
        """Refuse: what an event starts is orchestration."""
        self.refuse(f"emit event {call.name!r}")

    async def signal(self, execution_id: str, name: str, data: bytes) -> None:
        """Refuse: actions cannot steer."""
        self.refuse(f"send signal {name!r}")

    async def use_datastore(self, call: StoreCall) -> Any:
        """Refuse: actions are stateless, and what a run has done is its workflow's to know."""
        self.refuse(f"{call.op} {call.path!r} in the Datastore")

    def record_metric(self, name: str, value: Any) -> None:
        """Keep a figure; it counts if this attempt succeeds."""
        self._figures.record(name, value)

    def reveal(self, name: str) -> str:
        """The value of a secret."""
        return value_of_secret(name, self._resolver, self.action)

    def refuse(self, what: str) -> NoReturn:
        """Raise the refusal."""
        raise ActionNestingError(
            f"action {self.action!r} tried to {what}: actions do one thing and orchestration belongs in a workflow; "
            "call both from a workflow handler",
            action=self.action,
        )


@lru_cache(maxsize=1)
def mark_threads() -> None:
    """Make threads and pools carry the place of the action that starts them. Once a process, in workers only."""
    start, submit = threading.Thread.start, ThreadPoolExecutor.submit
    # A pool's thread serves others after the action that made it come: what it is given is marked, and not the thread.
    for_pool: ContextVar[bool] = ContextVar("dosdk_for_pool", default=False)

    def marked_start(thread: threading.Thread) -> None:
        place = current_place()
        if place is not None and not for_pool.get():
            setattr(thread, THREAD_MARK, place)
        start(thread)

    def marked_submit(pool: ThreadPoolExecutor, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        place = current_place()
        if place is None:
            return submit(pool, fn, *args, **kwargs)

        def run() -> Any:
            token = CURRENT.set(place)
            try:
                return fn(*args, **kwargs)
            finally:
                CURRENT.reset(token)

        token = for_pool.set(True)
        try:
            return submit(pool, run)
        finally:
            for_pool.reset(token)

    threading.Thread.start = marked_start  # type: ignore[method-assign,assignment]
    ThreadPoolExecutor.submit = marked_submit  # type: ignore[method-assign,assignment]
