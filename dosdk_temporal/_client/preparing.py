"""Outside: getting a namespace ready: search attributes and retention. Safe to repeat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.declared import apply_declared, no_longer_declared
from dosdk_temporal._client.namespace import FEATURES, keep_runs, read_attributes, read_retention, register
from dosdk_temporal._server.namespace import RETENTION
from dosdk_temporal.errors import DoError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["Prepared", "prepare", "prepare_attributes", "prepare_schedules"]

_REFUSED = {
    RPCStatusCode.PERMISSION_DENIED,
    RPCStatusCode.UNAUTHENTICATED,
    RPCStatusCode.UNIMPLEMENTED,
    RPCStatusCode.INVALID_ARGUMENT,
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.RESOURCE_EXHAUSTED,
}
"""How a server says that this may not or cannot be: rights, limits, Temporal Cloud's own ways."""


@dataclass
class Prepared:
    """What became of a set-up.

    Attributes:
        changed: what was done.
        kept: what was as it should be.
        without: what could not be done, and what does without it.
        left: what only its owner can decide.
    """

    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


async def prepare(connection: Connection) -> Prepared:
    """Register the missing search attributes and keep closed runs for at least 90 days.

    Raises:
        ServerUnavailableError: when the server went away.
    """
    with translated(connection.settings, "namespace"):
        done = await prepare_attributes(connection.client)
        await _retention(connection.client, done)
    return done


async def prepare_schedules(do: Do, done: Prepared) -> None:
    """Apply the schedules that workflows of the registry declare.

    Raises:
        ServerUnavailableError: when the server went away.
    """
    for name, schedule in (await apply_declared(do)).items():
        if isinstance(schedule, DoError):
            done.without.append(f"schedule {name!r} cannot be applied: {schedule.message}")
        elif schedule.outcome == "unchanged":
            done.kept.append(f"schedule {name!r}")
        else:
            done.changed.append(f"schedule {name!r} {schedule.outcome}")
    for name in await no_longer_declared(do):
        done.left.append(
            f"schedule {name!r} is not declared any more and goes on: 'dosdk schedules delete {name}' ends it"
        )


async def prepare_attributes(client: Client) -> Prepared:
    """Register the search attributes that the namespace lacks; one call where it lacks none.

    Raises:
        RPCError: for anything but a refusal.
    """
    done = Prepared()
    try:
        found = await read_attributes(client)
    except RPCError as error:
        features = ", ".join(FEATURES.values())
        done.without.append(f"the search attributes cannot be read ({_reason(error)}): {features} do without")
        return done
    done.kept += [f"search attribute {name}" for name in found.present]
    for name, kind in found.wrong.items():
        done.without.append(
            f"search attribute {name} has the type {kind}: {FEATURES[name]} does without; remove it and repeat"
        )
    for name, kind in found.missing.items():
        try:
            await register(client, name, kind)
        except RPCError as error:
            done.without.append(
                f"search attribute {name} cannot be registered ({_reason(error)}): {FEATURES[name]} does without"
            )
        else:
            done.changed.append(f"search attribute {name} ({kind}) registered")
    return done


async def _retention(client: Client, done: Prepared) -> None:
    found = await read_retention(client)
    if found >= RETENTION:
        done.kept.append(f"closed runs are kept for {found.days} days")
        return
    try:
        await keep_runs(client, RETENTION)
    except RPCError as error:
        done.without.append(
            f"closed runs are kept for {found.days} days ({_reason(error)}): status and audit last no longer"
        )
    else:
        done.changed.append(f"closed runs are kept for {RETENTION.days} days, not {found.days}")


def _reason(error: RPCError) -> str:
    """Why the server would not; what is no refusal goes on to the caller."""
    if error.status not in _REFUSED:
        raise error
    return error.message
