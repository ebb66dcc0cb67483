"""A worker's start and the search attributes of its namespace."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.worker import Worker

from dosdk_temporal import Do
from dosdk_temporal._client.namespace import read_attributes
from dosdk_temporal._inside.worker_side import worker_side
from dosdk_temporal._wire.search_attributes import SEARCH_ATTRIBUTES
from dosdk_temporal.plugin import DoPlugin
from dosdk_temporal.testing import TestDo

KEYWORD_LIST = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST


@pytest.fixture
def bare_do(do: TestDo, bare: str) -> Do:
    """A client of a namespace as a server makes it, with a workflow that gives what its worker lends it."""
    own = Do(address=do.settings.address, namespace=bare, task_queue=bare, registry=do.registry)

    @own.workflow.create(name="told")
    async def told(trigger: Any) -> bool:
        return worker_side().indexed

    return own


async def test_a_start_registers_what_is_missing(bare_do: Do, caplog: pytest.LogCaptureFixture) -> None:
    """The first worker of a namespace registers the search attributes and says so; its runs know that they are there."""
    caplog.set_level(logging.INFO, "dosdk_temporal.worker")
    async with bare_do.worker():
        assert await bare_do.workflows.execute("told") is True
    found = await read_attributes((await bare_do.connection()).client)
    assert (set(found.present), _of_attributes(caplog)) == (
        set(SEARCH_ATTRIBUTES),
        [f"search attribute {name} ({kind}) registered" for name, kind in SEARCH_ATTRIBUTES.items()],
    )
    caplog.clear()
    async with bare_do.worker():
        assert (await bare_do.workflows.execute("told"), _of_attributes(caplog)) == (True, [])


async def test_two_starts_at_once(bare_do: Do) -> None:
    """Two workers that start at once in a bare namespace both find it prepared."""
    first, second = bare_do.worker(), bare_do.worker()
    await asyncio.gather(first.__aenter__(), second.__aenter__())
    assert await bare_do.workflows.execute("told") is True
    await asyncio.gather(first.__aexit__(None, None, None), second.__aexit__(None, None, None))


async def test_a_start_goes_on_without(bare_do: Do, caplog: pytest.LogCaptureFixture) -> None:
    """Where an attribute has another type the worker starts, says what does without, and its runs know."""
    client = (await bare_do.connection()).client
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=client.namespace, search_attributes={"DoUntil": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD}
        )
    )
    async with bare_do.worker():
        assert await bare_do.workflows.execute("told") is False
    (warning,) = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert warning == (
        "search attribute DoUntil has the type Keyword: finding waits by when they end does without; "
        "remove it and repeat"
    )


async def test_a_teams_own_worker_prepares_too(bare_do: Do) -> None:
    """A team's own worker with the plugin registers what is missing before it asks for work."""
    settings = bare_do.settings
    client = await Client.connect(settings.address, namespace=settings.namespace, plugins=[DoPlugin(bare_do.registry)])
    async with Worker(client, task_queue=settings.task_queue):
        assert await bare_do.workflows.execute("told") is True


def _of_attributes(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was said of search attributes; a start also tells where the Datastore is."""
    return [message for message in caplog.messages if message.startswith("search attribute")]
