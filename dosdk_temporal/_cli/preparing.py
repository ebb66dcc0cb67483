"""Outside: getting a namespace ready: search attributes and retention. Safe to repeat."""

from __future__ import annotations

from dataclasses import dataclass, field

from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._cli.namespace import FEATURES, keep_runs, read_attributes, read_retention, register
from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._server.namespace import RETENTION

__all__ = ["Prepared", "prepare"]

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
    """

    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)


async def prepare(connection: Connection) -> Prepared:
    """Register the missing search attributes and keep closed runs for at least 90 days.

    Raises:
        ServerUnavailableError: when the server went away.
    """
    done = Prepared()
    with translated(connection.settings, "namespace"):
        await _attributes(connection, done)
        await _retention(connection, done)
    return done


async def _attributes(connection: Connection, done: Prepared) -> None:
    try:
        found = await read_attributes(connection)
    except RPCError as error:
        features = ", ".join(FEATURES.values())
        done.without.append(f"the search attributes cannot be read ({_reason(error)}): {features} do without")
        return
    done.kept += [f"search attribute {name}" for name in found.present]
    for name, kind in found.wrong.items():
        done.without.append(
            f"search attribute {name} has the type {kind}: {FEATURES[name]} does without; remove it and repeat"
        )
    for name, kind in found.missing.items():
        try:
            await register(connection, name, kind)
        except RPCError as error:
            done.without.append(
                f"search attribute {name} cannot be registered ({_reason(error)}): {FEATURES[name]} does without"
            )
        else:
            done.changed.append(f"search attribute {name} ({kind}) registered")


async def _retention(connection: Connection, done: Prepared) -> None:
    found = await read_retention(connection)
    if found >= RETENTION:
        done.kept.append(f"closed runs are kept for {found.days} days")
        return
    try:
        await keep_runs(connection, RETENTION)
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
