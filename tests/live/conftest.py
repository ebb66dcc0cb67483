"""What the live tests share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from dosdk_temporal.testing import TestDo


@pytest.fixture(params=[1000, 0], ids=["cached", "replayed"])
def serve(request: pytest.FixtureRequest, do: TestDo) -> Callable[..., Any]:
    """A worker of ``do``; each test that uses it runs twice, the second time with every workflow task replayed from the top."""

    def worker(**options: Any) -> Any:
        return do.worker(**{"max_cached_workflows": request.param, "unknown_grace": "1s", **options})

    return worker


@pytest.fixture
async def bare(do: TestDo) -> str:
    """A namespace of its own, as a server makes it: no search attributes, closed runs kept for a day."""
    name = do.settings.task_queue
    client = await Client.connect(do.settings.address)
    retention = Duration()
    retention.FromTimedelta(timedelta(days=1))
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=retention)
    )
    await _ready(client, name)
    return name


async def _ready(client: Client, namespace: str) -> None:
    """A new namespace is known to all of the server a moment after it is made."""
    while True:
        try:
            await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace=namespace))
        except RPCError:
            await asyncio.sleep(0.1)
        else:
            return
