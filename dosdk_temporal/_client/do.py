"""Outside: ``Do``, the client."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from dosdk_temporal._client.actions import Actions
from dosdk_temporal._client.approvals import Approvals
from dosdk_temporal._client.databases import Databases
from dosdk_temporal._client.datastore import Datastore
from dosdk_temporal._client.events import Events
from dosdk_temporal._client.handler_calls import HandlerCalls
from dosdk_temporal._client.services import Services
from dosdk_temporal._client.workflows import Workflows
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._pure.async_with import AsyncWith
from dosdk_temporal._pure.awaiting import to_be_awaited
from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.option_names import told_plainly
from dosdk_temporal._pure.option_types import check_option, check_texts
from dosdk_temporal._pure.parallel import run_parallel
from dosdk_temporal._pure.place import Place, current_place
from dosdk_temporal._pure.registry import DEFAULT_REGISTRY, Registry
from dosdk_temporal.errors import InputError

if TYPE_CHECKING:
    from types import ModuleType

    from temporalio.service import TLSConfig

    from dosdk_temporal._client.connection import Connection, Connections
    from dosdk_temporal._client.settings import Settings
    from dosdk_temporal._client.sync import SyncDo
    from dosdk_temporal._worker.worker import DoWorker

__all__ = ["Do"]


@to_be_awaited("do")
class Do(HandlerCalls, AsyncWith):
    """The client. No connection is made until one is needed; one is kept per event loop.

    Args:
        api_key: default ``DO_API_KEY``; never shown.
        address: ``host:port`` of the Temporal server; default ``TEMPORAL_ADDRESS``, the profile's, else ``localhost:7233``.
        namespace: default ``TEMPORAL_NAMESPACE``, the profile's, else ``default``.
        task_queue: which workers are asked; default ``DO_TASK_QUEUE``, else ``dosdk``.
        tls: True, or temporalio's ``TLSConfig`` for client certificates; default: as the profile or the address asks.
        profile: of ``temporal.toml``; default ``TEMPORAL_PROFILE``, else ``default``.
        datastore_url: the SDK's own database, ``sqlite:///path`` or ``postgresql://…``; default ``DO_DATASTORE_URL``, else
            ``.dosdk/datastore.db`` of the project. Workers and the Datastore's callers need it.
        encryption_key: encrypts all payloads; several separated by commas: the first encrypts, all decrypt. Default
            ``DO_ENCRYPTION_KEY``, else nothing is encrypted. Never shown.
        registry: where its definitions go; default the one that all share.
    """

    spelled = "Do(...)"

    @told_plainly("Do")
    def __init__(
        self,
        api_key: str | None = None,
        *,
        address: str | None = None,
        namespace: str | None = None,
        task_queue: str | None = None,
        tls: bool | TLSConfig | None = None,
        profile: str | None = None,
        datastore_url: str | None = None,
        encryption_key: str | None = None,
        registry: Registry | None = None,
    ) -> None:
        self._given = {
            "api_key": api_key,
            "address": address,
            "namespace": namespace,
            "task_queue": task_queue,
            "tls": tls,
            "profile": profile,
            "encryption_key": encryption_key,
        }
        check_texts(datastore_url=datastore_url, **{key: value for key, value in self._given.items() if key != "tls"})
        check_option("registry", registry, (Registry, type(None)), "a Registry")
        self.registry = DEFAULT_REGISTRY if registry is None else registry
        self.database = Database(datastore_url, keyring=lambda: self.settings.keyring)
        self.action = Actions(self)
        self.approvals = Approvals(self)
        self.databases = Databases(self)
        self.datastore = Datastore(self)
        self.events = Events(self)
        self.service = Services(self)
        self.workflows = Workflows(self)
        self.workflow = self.workflows

    def __repr__(self) -> str:
        return f"<Do {self._given['address'] or 'by its environment'}>"

    @cached_property
    def settings(self) -> Settings:
        """Where this client connects to; read at the first use."""
        from dosdk_temporal._client.settings import Settings  # noqa: PLC0415 - temporalio, only when it is needed

        return Settings.resolve(**self._given)  # type: ignore[arg-type] # the arguments above, under their own names

    async def connection(self) -> Connection:
        """This event loop's connection.

        Raises:
            ServerUnavailableError: naming the address and what to start.
        """
        return await self._connections.get(self.settings)

    def place(self) -> Place:
        """Where the calling code runs: a workflow, an action, or outside both."""
        return current_place() or self._outside

    async def sleep(self, length: Duration) -> None:
        """Pause; in a workflow a durable timer of any length, that survives crashes and deploys.

        Raises:
            InputError: for what is no duration, or negative.
        """
        await self.place().sleep(parse_duration(length, what="length"))

    async def sleep_until(self, when: datetime) -> None:
        """Pause until a time, not at all when it is past.

        Raises:
            InputError: for a time without a time zone.
        """
        if not isinstance(when, datetime) or when.tzinfo is None:
            raise InputError(f"when={when!r} needs a time zone, as in datetime(2027, 1, 1, tzinfo=UTC)")
        await self.sleep(max(when - self.now(), timedelta(0)))

    def record_metric(self, name: str, value: float | str) -> None:
        """Record a figure of the business for this run; of one name the last counts. Not to be awaited.

        It is in the run's ``metrics.kpis`` when the run has ended, however it ended, and goes to OpenTelemetry where that is
        configured. In an action it counts once, with the attempt that succeeds. Outside of a run, as in a unit test that calls
        a handler by itself, it is checked and kept nowhere, which the log says.

        Args:
            name: a definition's ``metrics`` describe it; any other name will do.
            value: a number, true or false, or a short text.

        Raises:
            InputError: when the name or the value cannot be one.
        """
        self.place().record_metric(name, value)

    def now(self) -> datetime:
        """The time, in UTC; in a workflow the same on replay."""
        return self.place().now()

    def uuid(self) -> UUID:
        """A random UUID; in a workflow the same on replay."""
        return self.place().uuid()

    def random(self) -> Random:
        """A source of randomness; in a workflow the same on replay."""
        return self.place().random()

    async def parallel(self, *calls: Awaitable[Any], limit: int | None = None) -> list[Any]:
        """Await all calls, at most ``limit`` at once, and give their results in order.

        All are waited for; then the first error by position is raised, with the other results in its ``results``.
        """
        return await run_parallel(*calls, limit=limit)

    def worker(self, *modules: str | ModuleType, **options: Any) -> DoWorker:
        """A worker for ``async with``: imports the modules and serves the whole registry, also what is registered later.

        Args:
            *modules: names of modules, paths of files (also of definitions: ``flow.yaml``), or modules.
            **options: see :class:`DoWorker`.
        """
        from dosdk_temporal._worker.worker import DoWorker  # noqa: PLC0415 - the worker stands on the client

        return DoWorker(self, *modules, **options)

    @cached_property
    def sync(self) -> SyncDo:
        """Every call of this client for synchronous code: scripts, Django, notebooks."""
        from dosdk_temporal._client.sync import SyncDo  # noqa: PLC0415 - few programs need its thread

        return SyncDo(self)

    async def close(self) -> None:
        """Forget this event loop's connections; the next use makes a new one."""
        self._connections.close()
        await self.database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @cached_property
    def _connections(self) -> Connections:
        from dosdk_temporal._client.connection import Connections  # noqa: PLC0415 - temporalio, only when it is needed

        return Connections()

    @cached_property
    def _outside(self) -> Place:
        from dosdk_temporal._client.place import OutsidePlace  # noqa: PLC0415 - temporalio, only when it is needed

        return OutsidePlace(self.connection, self.database, lambda: self.settings.encrypted)
