"""Outside: what ``dosdk doctor`` looks at, each with what to do."""

from __future__ import annotations

import platform
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

import temporalio.api.workflowservice.v1 as service
from temporalio.service import RPCError

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.do import Do
from dosdk_temporal._client.namespace import FEATURES, read_attributes, read_retention
from dosdk_temporal._client.polling import look_at
from dosdk_temporal._client.settings import Settings
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._pure.polling import QueueSight, ago
from dosdk_temporal._pure.sealing import ENCRYPTION_KEY
from dosdk_temporal._server.namespace import RETENTION
from dosdk_temporal.errors import DoError

__all__ = ["Check", "checks", "encryption", "serving"]


@dataclass(frozen=True)
class Check:
    """One line of the report.

    Attributes:
        name: what was looked at.
        state: ``ok``, ``warning`` or ``broken``.
        found: what was found.
        advice: what to do; empty where nothing is to be done.
    """

    name: str
    state: Literal["ok", "warning", "broken"]
    found: str
    advice: str = ""


async def checks(do: Do) -> AsyncIterator[Check]:
    """Look at everything, one after the other; what needs a server is left out where none answers."""
    yield _versions()
    try:
        settings = do.settings
    except DoError as error:
        yield Check("settings", "broken", str(error), "correct the configuration and repeat")
        return
    for check in (_target(settings), _tls(settings), _key(settings), encryption(settings)):
        yield check
    try:
        connection = await do.connection()
    except DoError as error:
        yield Check("server", "broken", str(error), "start the server, or name another with --address and --namespace")
        return
    for look in (_server, _standalone, _workers, _attributes, _retention):
        yield await look(connection)
    yield await _database(connection, do.database)


def serving(queue: QueueSight) -> Check:
    """Whether a worker is there, and how that is known."""
    if queue.alive:
        serve = "1 worker serves" if len(queue.alive) == 1 else f"{len(queue.alive)} workers serve"
        heard = ago(queue.at - max(sign.at for sign in queue.alive))
        return Check("workers", "ok", f"{serve} task queue {queue.name!r}, last heard of {heard}")
    if queue.last_poll is None or not queue.is_served or queue.is_forsaken:
        lies = f"; work has waited there since {min(queue.untaken.values()):%H:%M:%S} UTC" if queue.untaken else ""
        advice = "start one with 'dosdk worker MODULE'; until then what is started waits"
        return Check("workers", "warning", f"{queue.nobody_asks()}{lies}", advice)
    asked = f"one asked task queue {queue.name!r} for work {ago(queue.at - queue.last_poll)}"
    return Check("workers", "ok", f"{asked}; while there is none, it asks once a minute")


def encryption(settings: Settings) -> Check:
    """Whether values are encrypted, and by the ids of which keys."""
    read = ", ".join(settings.keyring.ids)
    if not settings.encrypted:
        more = f"what these keys encrypted is read: {read}" if read else f"{ENCRYPTION_KEY} turns it on"
        return Check("encryption", "ok", f"off: the server stores values in the clear; {more}")
    first, *others = settings.keyring.ids
    return Check(
        "encryption", "ok", f"on: with the key {first}" + (f"; also read: {', '.join(others)}" if others else "")
    )


def _versions() -> Check:
    from dosdk_temporal import __version__  # noqa: PLC0415 - the package itself, half imported when this module may be

    return Check(
        "versions", "ok", f"Python {platform.python_version()}, dosdk {__version__}, temporalio {version('temporalio')}"
    )


def _target(settings: Settings) -> Check:
    return Check(
        "target", "ok", f"{settings.address}, namespace {settings.namespace}, task queue {settings.task_queue}"
    )


def _tls(settings: Settings) -> Check:
    if settings.tls:
        return Check("tls", "ok", "on")
    if settings.api_key and not settings.on_this_machine:
        advice = "write the address as https://host:port, or give the profile TLS"
        return Check("tls", "warning", "off: the API key travels in the clear", advice)
    return Check("tls", "ok", "off")


def _key(settings: Settings) -> Check:
    return Check("api key", "ok", "set" if settings.api_key else "not set")


async def _server(connection: Connection) -> Check:
    with translated(connection.settings):
        info = await connection.client.workflow_service.get_system_info(service.GetSystemInfoRequest())
    return Check("server", "ok", f"Temporal {info.server_version}")


async def _standalone(connection: Connection) -> Check:
    if connection.standalone:
        return Check("single actions", "ok", "run without a workflow")
    return Check("single actions", "warning", "run as workflows of one action", "update the server to run them faster")


async def _workers(connection: Connection) -> Check:
    return serving(await look_at(connection, connection.settings.task_queue, work=True))


async def _attributes(connection: Connection) -> Check:
    try:
        found = await read_attributes(connection.client)
    except RPCError as error:
        return Check("search attributes", "warning", f"cannot be read: {error.message}", "ask who runs the namespace")
    if found.wrong:
        wrong = ", ".join(f"{name} has the type {kind}" for name, kind in found.wrong.items())
        return Check("search attributes", "warning", wrong, "remove it, then run 'dosdk setup'")
    if found.missing:
        lost = "; ".join(f"{name} ({FEATURES[name]})" for name in found.missing)
        return Check("search attributes", "warning", f"missing: {lost}", "run 'dosdk setup'")
    return Check("search attributes", "ok", ", ".join(found.present))


async def _retention(connection: Connection) -> Check:
    with translated(connection.settings):
        found = await read_retention(connection.client)
    text = f"closed runs are kept for {found.days} days"
    if found < RETENTION:
        return Check(
            "retention",
            "warning",
            text,
            f"run 'dosdk setup' for {RETENTION.days} days: status and audit last no longer",
        )
    return Check("retention", "ok", text)


async def _database(connection: Connection, database: Database) -> Check:
    from dosdk_temporal._outside.database.belonging import compare, here  # noqa: PLC0415 - SQLAlchemy, only where it is looked at
    from dosdk_temporal._outside.database.identity import identity_of  # noqa: PLC0415

    try:
        await compare(connection.client, database)
        if database.is_new:
            return Check("database", "ok", f"{here(database)}, made at its first use")
        await identity_of(database)
    except DoError as error:
        return Check("database", "broken", error.message, "correct DO_DATASTORE_URL, or start the database")
    return Check("database", "ok", here(database))
