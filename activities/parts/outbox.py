"""The outbox: where deliveries go while no service is configured, one line of JSON each."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from activities.parts.home import home

__all__ = ["Delivery", "deliver", "read_outbox"]


@dataclass(frozen=True)
class Delivery:
    """Something that would have left the house.

    Attributes:
        channel: by which way: ``mail``, ``slack``, ``crm``, ``calendar`` or ``alerts``.
        to: who or what would have received it.
        subject: what it is about, in a line.
        body: the text of a mail, or the JSON that a service would have got.
        key: the idempotency key; a channel takes each key once.
        time: when it was written, ISO 8601 in UTC; filled in by :func:`deliver`.
    """

    channel: str
    to: str
    subject: str
    body: Any
    key: str
    time: str = ""


async def deliver(delivery: Delivery) -> Delivery:
    """Write the delivery, unless its channel already has one under its key.

    The line is on the disk when this returns. Several processes may write at once. Each call reads the whole file: an
    outbox is for demonstrations and tests, not for a year of mail.

    A cancelled call may still have written its line; the same key does not write another.

    Returns:
        The delivery as it stands in the outbox: the first one under that key.
    """
    return await asyncio.to_thread(_deliver, delivery)


def read_outbox() -> list[Delivery]:
    """All deliveries so far, oldest first; a line still being written is left out."""
    try:
        return _complete(_path().read_bytes())
    except FileNotFoundError:
        return []


def _path() -> Path:
    return home() / "outbox.jsonl"


def _deliver(delivery: Delivery) -> Delivery:
    with _locked(_path()) as descriptor:
        content = _content(descriptor)
        for earlier in _complete(content):
            if (earlier.channel, earlier.key) == (delivery.channel, delivery.key):
                return earlier
        written = Delivery(**{**asdict(delivery), "time": datetime.now(UTC).isoformat(timespec="milliseconds")})
        # A line without its end was cut by a crash before its writer reported it: that writer's attempt comes again.
        os.ftruncate(descriptor, content.rfind(b"\n") + 1)
        _append(descriptor, json.dumps(asdict(written), ensure_ascii=False).encode() + b"\n")
        return written


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _content(descriptor: int) -> bytes:
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        return file.read()


def _append(descriptor: int, line: bytes) -> None:
    while line:
        line = line[os.write(descriptor, line) :]
    os.fsync(descriptor)


def _complete(content: bytes) -> list[Delivery]:
    return [Delivery(**json.loads(line)) for line in content[: content.rfind(b"\n") + 1].splitlines()]
