"""Outside: what makes a Temporal worker serve a registry, as a plugin that composes with others in any order."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from temporalio.plugin import SimplePlugin
from temporalio.worker import Interceptor, WorkflowInboundInterceptor, WorkflowInterceptorClassInput

from dosdk_temporal._client.converting import data_converter
from dosdk_temporal._inside.guard import install_audit_hook
from dosdk_temporal._inside.run import DoWorkflow
from dosdk_temporal._inside.secret_rule import rule_of_workers
from dosdk_temporal._inside.worker_side import EXTERN_NAME, WorkerSide
from dosdk_temporal._outside.activity import action_activity
from dosdk_temporal._outside.await_run import RunWaits
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.datastore.activities import datastore_activities
from dosdk_temporal._outside.definitions import definition_activities
from dosdk_temporal._outside.events.activities import event_activities
from dosdk_temporal._outside.events.announcing import Announcer
from dosdk_temporal._outside.handlers import HandlerThreads
from dosdk_temporal._outside.kpis import prepare_kpis, record_kpis
from dosdk_temporal._outside.nesting import mark_threads
from dosdk_temporal._outside.plugin import ConnectionPlugin
from dosdk_temporal._outside.secrets import Resolver, check_resolver
from dosdk_temporal._outside.transactions.worker_transactions import WorkerTransactions
from dosdk_temporal._outside.turns import Turns
from dosdk_temporal._pure.registry import DEFAULT_REGISTRY, Registry
from dosdk_temporal._pure.registry_check import check_registry
from dosdk_temporal._pure.sealing import Keyring
from dosdk_temporal._pure.secret_values import use_rule
from dosdk_temporal._wire.schedule import AWAIT_RUN
from dosdk_temporal._wire.secrets import carries_secrets
from dosdk_temporal._worker.announcing import Announcing
from dosdk_temporal._worker.failure_lines import plain_failures
from dosdk_temporal._worker.indexing import ensure_indexed
from dosdk_temporal._worker.owning import check_database
from dosdk_temporal._worker.remembering import begin_transactions

__all__ = ["UNKNOWN_GRACE", "DoPlugin", "ServingPlugin"]

UNKNOWN_GRACE: Final = timedelta(seconds=10)
"""How long a name that a worker does not know is left to the other workers of a rolling deploy."""


class ServingPlugin(SimplePlugin):
    """The activity and the workflow that serve every name of a registry, for one worker.

    Args:
        registry: what is served, also what is registered later.
        unknown_grace: see :data:`UNKNOWN_GRACE`.
        handler_threads: how many plain (not ``async``) handlers run at once.
        database: the SDK's own; default by ``DO_DATASTORE_URL``.
        secrets: gives the values of secrets; default the environment.

    Attributes:
        side: what it lends to the runs.
        announcing: tells which events start its workflows.
        transactions: of its actions.
    """

    def __init__(
        self,
        registry: Registry,
        *,
        unknown_grace: timedelta = UNKNOWN_GRACE,
        handler_threads: int = 100,
        database: Database | None = None,
        secrets: Resolver | None = None,
    ) -> None:
        check_registry(registry)
        use_rule(rule_of_workers)
        self._threads = HandlerThreads(handler_threads)
        self._database = database or Database()
        self.announcing = Announcing(Announcer(registry, self._database))
        self._waits = RunWaits()
        own = {
            AWAIT_RUN: self._waits.await_run,
            **datastore_activities(self._database),
            **event_activities(registry, self._database, self.announcing.announcer),
            **definition_activities(registry),
        }
        self.transactions = WorkerTransactions(registry, self._database)
        self.side = WorkerSide(registry, unknown_grace, measure=record_kpis)
        turns = Turns(handler_threads)
        self.activity = action_activity(
            registry,
            self._threads,
            turns,
            self.transactions,
            unknown_grace=unknown_grace,
            own=own,
            lent=self.side.lent,
            secrets=secrets,
            encrypts=lambda: self.side.encrypts,
        )
        super().__init__(
            "dosdk-serving",
            activities=[self.activity],
            workflows=_with_ours,
            interceptors=[_Lend(self.side)],
            run_context=self._running,
        )

    def configure_worker(self, config: Any) -> Any:
        """See the base class."""
        self.side.encrypts = carries_secrets(config["client"].data_converter)
        self.side.has_build = bool(getattr(config.get("deployment_config"), "use_worker_versioning", False))
        return super().configure_worker(config)

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        mark_threads()
        install_audit_hook()
        plain_failures()
        prepare_kpis()
        try:
            yield
        finally:
            await self._waits.close()
            await self.transactions.close(self._threads)
            self._threads.close()
            self.announcing.stop()
            await self._database.close()


class DoPlugin(ConnectionPlugin):
    """The SDK for a team's own Temporal client and its workers: they serve the registry beside what the team gives them.

    ``Client.connect(..., plugins=[DoPlugin()])``

    Args:
        registry: what its workers serve; default the shared one.
        datastore_url: the SDK's own database; default ``DO_DATASTORE_URL``, else the project's own file.
        encryption_key: see :class:`Do`; where the client has a codec of its own, that encrypts payloads.
        secrets: see :class:`DoWorker`.
    """

    def __init__(
        self,
        registry: Registry | None = None,
        *,
        datastore_url: str | None = None,
        encryption_key: str | None = None,
        secrets: Resolver | None = None,
    ) -> None:
        keyring = lru_cache(maxsize=1)(lambda: Keyring.read(encryption_key, os.environ))
        super().__init__(lambda given: data_converter(keyring(), given))
        self._database = Database(datastore_url, keyring=keyring)
        self._registry = DEFAULT_REGISTRY if registry is None else registry
        self._secrets = check_resolver(secrets)
        self._serving: dict[Any, ServingPlugin] = {}
        """By the activity that each of its workers got: one client may have several workers."""

    def configure_worker(self, config: Any) -> Any:
        """See the base class."""
        serving = ServingPlugin(self._registry, database=self._database, secrets=self._secrets)
        self._serving[serving.activity] = serving
        return serving.configure_worker(super().configure_worker(config))

    def configure_replayer(self, config: Any) -> Any:
        """See the base class."""
        return ServingPlugin(self._registry).configure_replayer(super().configure_replayer(config))

    async def run_worker(self, worker: Any, next: Any) -> None:  # noqa: A002 - the base class's name
        """See the base class."""
        for activity in worker.config(active_config=True)["activities"]:
            if activity in self._serving:
                serving = self._serving.pop(activity)
                serving.side.indexed = await ensure_indexed(worker.client)
                await check_database(worker.client, worker.task_queue, self._database, self._registry)
                await begin_transactions(serving.transactions, worker.client)
                await serving.announcing.begin(worker.client.namespace, worker.task_queue)
                await serving.run_worker(worker, next)
                return
        await super().run_worker(worker, next)


class _Lend(Interceptor):
    """Lends every run its worker's registry, by the way Temporal has for what is outside a run."""

    def __init__(self, side: WorkerSide) -> None:
        self._side = side

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002 - the base class's name
    ) -> type[WorkflowInboundInterceptor] | None:
        """See the base class; no interceptor is needed, only the function."""
        input.unsafe_extern_functions[EXTERN_NAME] = lambda: self._side
        return None


def _with_ours(given: Sequence[type] | None) -> Sequence[type]:
    return [*(workflow for workflow in given or () if workflow is not DoWorkflow), DoWorkflow]
