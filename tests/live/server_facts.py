"""What the tests of the development server look at."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

PROC = Path("/proc")
linux_only = pytest.mark.skipif(not PROC.exists(), reason="reads /proc")


async def becomes(condition: Callable[[], bool], within: float = 20.0) -> None:
    """Wait until the condition holds, or fail."""
    until = time.monotonic() + within
    while not condition():
        assert time.monotonic() < until, "it did not come to be"
        await asyncio.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether a process has ended; one that only waits to be reaped has."""
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"


async def retention(client: Client) -> timedelta:
    """How long closed runs are kept."""
    found = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
    return found.config.workflow_execution_retention_ttl.ToTimedelta()


async def search_attributes(client: Client) -> dict[str, str]:
    """The custom search attributes and the names of their types."""
    found = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace="default"))
    names = {
        IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST: "KeywordList",
        IndexedValueType.INDEXED_VALUE_TYPE_DATETIME: "Datetime",
    }
    return {name: names[kind] for name, kind in found.custom_attributes.items()}
