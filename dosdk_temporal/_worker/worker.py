"""Outside: a worker, for programs and tests (``async with do.worker(...)``) and for the worker process."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.declared import apply_declared
from dosdk_temporal._outside.secrets import Resolver, check_resolver
from dosdk_temporal._pure.async_with import AsyncWith
from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.option_names import told_plainly
from dosdk_temporal._pure.option_types import check_count, check_flag, check_option
from dosdk_temporal._pure.registry_check import check_registry
from dosdk_temporal._worker.deployment import Deployment
from dosdk_temporal._worker.indexing import ensure_indexed
from dosdk_temporal._worker.modules import load_modules
from dosdk_temporal._worker.owning import check_database
from dosdk_temporal._worker.plugin import UNKNOWN_GRACE, ServingPlugin
from dosdk_temporal._worker.remembering import begin_transactions
from dosdk_temporal._worker.runtime import offer_runtime
from dosdk_temporal.errors import DefinitionError, DoError, ServerUnavailableError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["DoWorker"]

_log = logging.getLogger("dosdk_temporal")

_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 5.0
"""Seconds between two looks for a server that is not up yet."""


class DoWorker(AsyncWith):
    """Serves the whole registry of a client: what the modules define, and what is registered later.

    Args:
        do: whose server, task queue and registry.
        *modules: names of modules, paths of files (definitions too: ``flow.yaml``), or modules, loaded when it starts.
        max_workflow_tasks: how many workflow tasks run at once. Default 100.
        max_actions: how many actions run at once. Default 100.
        max_local_actions: how many local actions run at once. Default 100.
        max_cached_workflows: how many open runs are kept in memory; one that is not is replayed. Default 1000; a cache
            smaller than the runs in progress halves the throughput.
        drain: how long running actions may go on once the worker stops. Default 30 seconds.
        unknown_grace: how long a name that this worker does not know is left to others. Default 10 seconds.
        wait_for_server: wait for a server that is not up yet instead of raising. Default False.
        deployment: which workers it belongs to, as one of several builds of the same code. Default none: it gets any run.
        build_id: of its code, for a deployment; default the git commit that is checked out here.
        secrets: a plain function that gives the value of a :class:`Secret` by its name, None where it has none. Default the
            environment.
        plugins: further Temporal plugins of the worker.
    """

    spelled = "do.worker(...)"

    @told_plainly("do.worker")
    def __init__(
        self,
        do: Do,
        /,
        *modules: str | ModuleType,
        max_workflow_tasks: int = 100,
        max_actions: int = 100,
        max_local_actions: int = 100,
        max_cached_workflows: int = 1000,
        drain: Duration = "30s",
        unknown_grace: Duration = UNKNOWN_GRACE,
        wait_for_server: bool = False,
        deployment: str | None = None,
        build_id: str | None = None,
        secrets: Resolver | None = None,
        plugins: tuple[Any, ...] = (),
    ) -> None:
        for module in modules:
            check_option("module", module, (str, ModuleType), "the name of a module, the path of a file, or a module")
        check_flag("wait_for_server", wait_for_server)
        check_option("plugins", plugins, (tuple, list), "a tuple of Temporal's worker plugins")
        self._do, self._modules = do, modules
        self._wait_for_server = wait_for_server
        self._deployment = Deployment.of(deployment, build_id)
        self._grace = parse_duration(unknown_grace, what="unknown_grace", error=DefinitionError)
        self._plugins, self._secrets = plugins, check_resolver(secrets)
        self._limits: dict[str, Any] = {
            "max_concurrent_workflow_tasks": max_workflow_tasks,
            "max_concurrent_activities": max_actions,
            "max_concurrent_local_activities": max_local_actions,
            "max_cached_workflows": max_cached_workflows,
            "graceful_shutdown_timeout": parse_duration(drain, what="drain", error=DefinitionError),
        }
        for option, given in (
            ("max_workflow_tasks", max_workflow_tasks),
            ("max_actions", max_actions),
            ("max_local_actions", max_local_actions),
        ):
            check_count(option, given)
        check_count("max_cached_workflows", max_cached_workflows, least=0)
        self._indexed = False
        self._running: asyncio.Task[None] | None = None
        self._draining = False
        self._connection: Connection | None = None

    @property
    def state(self) -> Literal["starting", "running", "draining", "stopped"]:
        """Where it stands; only a running one asks for work."""
        if self._running is None:
            return "starting"
        if self._running.done():
            return "stopped"
        return "draining" if self._draining else "running"

    @property
    def is_running(self) -> bool:
        """Whether it asks for work."""
        return self.state == "running"

    @property
    def connection(self) -> Connection | None:
        """By which it asks for work; None before it has a server."""
        return self._connection

    @property
    def task_queue(self) -> str:
        """Whose work it does."""
        return self._do.settings.task_queue

    async def __aenter__(self) -> Self:
        """Import the modules, connect, and ask for work.

        Raises:
            NotFoundError: when there is no such module.
            DefinitionError: when a module or a definition in it is wrong.
            ServerUnavailableError: when no server answers, unless the worker waits for one.
        """
        load_modules(self._modules, self._do.registry)
        check_registry(self._do.registry)
        offer_runtime()
        connection = self._connection = await self._connect()
        serving = ServingPlugin(
            self._do.registry,
            unknown_grace=self._grace,
            handler_threads=self._limits["max_concurrent_activities"],
            database=self._do.database,
            secrets=self._secrets,
        )
        serving.side.indexed = self._indexed
        worker = Worker(
            connection.client,
            task_queue=self.task_queue,
            workflow_runner=UnsandboxedWorkflowRunner(),
            max_heartbeat_throttle_interval=timedelta(seconds=5),
            default_heartbeat_throttle_interval=timedelta(seconds=5),
            plugins=[serving, *self._plugins],
            deployment_config=self._deployment.config if self._deployment else None,
            **self._limits,
        )
        if self._deployment is not None:
            await self._deployment.say(connection)
        connection.served.add(self.task_queue)  # before anything is awaited: another worker of this program may start
        await begin_transactions(serving.transactions, connection.client)
        await serving.announcing.begin(connection.client.namespace, self.task_queue)
        self._running = asyncio.create_task(worker.run())
        self._stop = worker.shutdown
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take no more work, let running actions end for as long as ``drain`` says, and stop."""
        if self._connection is not None:
            self._connection.served.discard(self.task_queue)
        if self._running is not None:
            self._draining = True
            await self._stop()
            await self._running

    async def wait(self) -> None:
        """Until the worker stops, by itself or by an error of its own, which is raised."""
        if self._running is not None:
            await asyncio.shield(self._running)

    async def _schedule(self) -> None:
        for name, schedule in (await apply_declared(self._do)).items():
            if isinstance(schedule, DoError):
                _log.warning("schedule %r, which its workflow declares, cannot be applied: %s", name, schedule)

    async def _connect(self) -> Connection:
        pause = _FIRST_PAUSE
        while True:
            try:
                connection = await self._do.connection()
                with translated(connection.settings, "namespace"):
                    self._indexed = await ensure_indexed(connection.client)
                await check_database(connection.client, self.task_queue, self._do.database, self._do.registry)
                await self._schedule()
                break
            except ServerUnavailableError as error:
                if not self._wait_for_server:
                    raise
                if pause == _FIRST_PAUSE:
                    _log.warning("%s; waiting for it", error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        # Temporal takes one worker of a queue on one connection; a second in the same process gets its own. So does a build:
        # on the client's connection it would get this process's own runs at once, whichever build is current.
        shared = self._deployment is None and self.task_queue not in connection.served
        return connection if shared else await Connection.open(self._do.settings)
