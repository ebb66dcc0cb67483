"""Workflows whose handlers go through the package's helpers."""

from __future__ import annotations

import sqlite3
from typing import Any

from dosdk_temporal import Registry, Trigger
from dosdk_temporal.testing import TestDo
from tests.live.projects.shop import pricing
from tests.live.projects.shop.pricing import by_chance, clean


def define(do: TestDo) -> Registry:
    """The workflows, on a client's registry."""

    async def shop(trigger: Trigger) -> Any:
        way = trigger.payload["way"]
        if way == "clean":
            return clean(21)
        if way == "clock":
            return pricing.by_the_clock()
        if way == "chance":
            return by_chance()
        if way == "database":
            return sqlite3.connect(":memory:")
        import socket

        return socket.create_connection(("127.0.0.1", 9))

    do.workflow.create(name="shop", handler=shop)
    return do.registry
