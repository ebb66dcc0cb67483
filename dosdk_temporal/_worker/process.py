"""Outside: a worker as a process: what ``dosdk worker``, ``python -m worker`` and ``dosdk dev`` run."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

from dosdk_temporal._outside.telemetry import flush_telemetry
from dosdk_temporal._worker.deployment import Deployment
from dosdk_temporal._worker.health import Health
from dosdk_temporal._worker.leaving import leave, leave_at_once
from dosdk_temporal._worker.logs import configure_logging
from dosdk_temporal._worker.modules import load_modules
from dosdk_temporal._worker.resolving import named_resolver
from dosdk_temporal._worker.runtime import configure_runtime
from dosdk_temporal._worker.served import what_it_holds
from dosdk_temporal._worker.worker import DoWorker
from dosdk_temporal.errors import DoError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do
    from dosdk_temporal._pure.registry import Registry

__all__ = ["run_worker", "serve"]

_log = logging.getLogger("dosdk_temporal.worker")

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


def run_worker(do: Do, modules: Sequence[str], **options: Any) -> NoReturn:
    """Serve in this process, and end it with the status of :func:`serve`.

    Args:
        do: whose server, task queue and registry.
        modules: names of modules or paths of files.
        **options: see :func:`serve`.
    """
    leave(asyncio.run(serve(do, modules, **options)))


async def serve(
    do: Do,
    modules: Sequence[str],
    *,
    health_port: int | None = None,
    log_format: str | None = None,
    secrets: str | None = None,
    **worker_options: Any,
) -> int:
    """Serve until SIGTERM or SIGINT, then drain; a second signal ends the process at once.

    Waits for a server that is not up yet. Sets this process's logging, temporalio's runtime and the two signals.

    Args:
        do: whose server, task queue and registry.
        modules: names of modules or paths of files.
        health_port: where ``/health/live`` and ``/health/ready`` answer; 0 for any free port; default None, nowhere.
        log_format: ``json`` or ``console``; default ``DO_LOG_FORMAT``, else readable on a terminal and JSON elsewhere.
        secrets: ``module:function`` that gives secrets' values; default ``DO_SECRETS``, else the environment.
        **worker_options: see :class:`DoWorker`.

    Returns:
        The exit status: 0 after a drain, 1 after an error, which is one line of the log.
    """
    try:
        _speak(log_format)
        configure_runtime()
        load_modules(tuple(modules))  # before anything listens or connects
        worker_options |= Deployment.told(worker_options.pop("deployment", None), worker_options.pop("build_id", None))
        worker = DoWorker(do, wait_for_server=True, secrets=named_resolver(secrets), **worker_options)
        async with Health(worker, health_port):
            await _attend(worker, do.registry, modules)
    except DoError as error:
        return _failed(str(error))
    except SystemExit as error:
        return _failed(
            f"a module ended the program while it was imported ({error.code}): use if __name__ == '__main__'"
        )
    except Exception as error:  # noqa: BLE001 - whatever ends a worker is told in one line
        return _failed(f"the worker failed: {type(error).__name__}: {error}")
    finally:
        await asyncio.to_thread(flush_telemetry)
    return 0


async def _attend(worker: DoWorker, registry: Registry, modules: Sequence[str]) -> None:
    serving = asyncio.create_task(_serve(worker, registry, modules))
    with _Signals(serving) as signals:
        try:
            await serving
        except asyncio.CancelledError:
            if not signals.came:
                raise
    _log.info("worker stopped")


async def _serve(worker: DoWorker, registry: Registry, modules: Sequence[str]) -> None:
    async with worker:
        served = what_it_holds(registry)
        _log.info("worker serves task queue %s: %s", worker.task_queue, served or "nothing")
        if not served:
            _log.warning(
                "nothing is defined in %s: name the modules or files that define actions and workflows",
                ", ".join(modules) or "no module",
            )
        await worker.wait()


class _Signals:
    """While it is entered: the first signal cancels the task, which then drains; the second ends the process."""

    def __init__(self, task: asyncio.Task[None]) -> None:
        self._task = task
        self.came = False

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._take, number)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in _SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)

    def _take(self, number: signal.Signals) -> None:
        if self.came:
            _log.warning(
                "%s again: ended at once; running actions go to another worker after their heartbeat time-out",
                number.name,
            )
            leave_at_once(128 + number)
        self.came = True
        _log.info("%s: no more work is taken, running actions may end; once more ends at once", number.name)
        self._task.cancel()


def _speak(log_format: str | None) -> None:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(line_buffering=True)  # what handlers print stands in order with the log
    configure_logging(log_format)


def _failed(message: str) -> int:
    _log.critical("%s", " ".join(message.split()))
    return 1
