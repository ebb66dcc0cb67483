"""Outside: what a namespace has and lacks, of what the SDK asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client

from dosdk_temporal._wire.search_attributes import SEARCH_ATTRIBUTES

__all__ = ["FEATURES", "Attributes", "keep_runs", "read_attributes", "read_retention", "register"]

FEATURES: Final[Mapping[str, str]] = {
    "DoApprovers": "finding approvals by who may decide",
    "DoUntil": "finding waits by when they end",
    "DoWaiting": "finding runs by what they wait for",
}
"""What does without a search attribute that is missing."""

_PREFIX: Final = "INDEXED_VALUE_TYPE_"


@dataclass(frozen=True)
class Attributes:
    """The search attributes of a namespace, beside those that the SDK asks for.

    Attributes:
        present: those registered as they should be.
        missing: those not registered, each with the type it needs.
        wrong: those registered with another type, which is named.
    """

    present: tuple[str, ...]
    missing: Mapping[str, str]
    wrong: Mapping[str, str]


async def read_attributes(client: Client) -> Attributes:
    """Compare what is registered.

    Raises:
        RPCError: when the server refuses to tell.
    """
    found = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    types = {name: _type_name(kind) for name, kind in found.custom_attributes.items()}
    return Attributes(
        present=tuple(name for name, kind in SEARCH_ATTRIBUTES.items() if types.get(name) == kind),
        missing={name: kind for name, kind in SEARCH_ATTRIBUTES.items() if name not in types},
        wrong={name: types[name] for name, kind in SEARCH_ATTRIBUTES.items() if types.get(name, kind) != kind},
    )


async def register(client: Client, name: str, kind: str) -> None:
    """Register one search attribute.

    Args:
        client: of the server.
        name: the attribute's.
        kind: its type, by Temporal's word for it.

    Raises:
        RPCError: when the server refuses.
    """
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes={name: _type_value(kind)})
    )


async def read_retention(client: Client) -> timedelta:
    """How long the namespace keeps closed runs.

    Raises:
        RPCError: when the server refuses to tell.
    """
    found = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    return found.config.workflow_execution_retention_ttl.ToTimedelta()


async def keep_runs(client: Client, length: timedelta) -> None:
    """Set how long the namespace keeps closed runs; its other settings stay.

    Raises:
        RPCError: when the server refuses.
    """
    ttl = Duration()
    ttl.FromTimedelta(length)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(namespace=client.namespace, config=NamespaceConfig(workflow_execution_retention_ttl=ttl))
    )


def _type_name(kind: IndexedValueType.ValueType) -> str:
    """``KeywordList`` for ``INDEXED_VALUE_TYPE_KEYWORD_LIST``."""
    words = IndexedValueType.Name(kind).removeprefix(_PREFIX).split("_")
    return "".join(word.capitalize() for word in words)


def _type_value(name: str) -> IndexedValueType.ValueType:
    known = {_type_name(value): value for value in IndexedValueType.values()}
    return known[name]
