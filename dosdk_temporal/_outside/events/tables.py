"""Outside: the tables of events. A namespace is one bus; a database may serve several."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from dosdk_temporal._outside.database.schema import Schema

__all__ = ["EVENTS", "events", "shapes", "subscriptions", "waits"]

_metadata = MetaData()

events: Final = Table(
    "dosdk_events",
    _metadata,
    Column("namespace", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("payload", Text, nullable=False),  # JSON; as text, because a wait compares it as JSON's own equality does
    Column("digest", Text, nullable=False),
    Column("at", BigInteger, nullable=False),  # microseconds since 1970, by the Temporal server's clock
    Column("expires", BigInteger, nullable=False),
    Column(
        "dispatch", Text, nullable=False
    ),  # the run of the dispatch that wrote it: the same one comes again after a crash
    Column("outcome", Text),  # JSON, once the dispatch is done
    Index("dosdk_events_by_time", "namespace", "name", "at"),
    Index("dosdk_events_by_expiry", "namespace", "expires"),
)

subscriptions: Final = Table(
    "dosdk_subscriptions",
    _metadata,
    Column("namespace", Text, primary_key=True),
    Column("workflow", Text, primary_key=True),
    Column("event", Text, nullable=False),
    Column("task_queue", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("filter", Text),
    Index("dosdk_subscriptions_by_event", "namespace", "event"),
)

waits: Final = Table(
    "dosdk_waits",
    _metadata,
    Column("namespace", Text, primary_key=True),
    Column("execution", Text, primary_key=True),
    Column("run", Text, primary_key=True),  # the original run's id: the same after a reset
    Column("seq", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),  # of its match's paths and values
    Column("until", BigInteger),
    Index("dosdk_waits_by_key", "namespace", "name", "key"),
    Index("dosdk_waits_by_end", "namespace", "until"),
)

shapes: Final = Table(
    "dosdk_wait_shapes",
    _metadata,
    # Never removed: a wait that is being registered counts on the row it found. There are as many as kinds of waits.
    Column("namespace", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("shape", Text, nullable=False),  # JSON: the sorted paths of a match
)

EVENTS: Final = Schema("events", _metadata)
