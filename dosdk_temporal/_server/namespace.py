"""Outside: what the namespace of a started server is told. Imported only then: it loads temporalio."""

from __future__ import annotations

from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.service import ServiceClient

from dosdk_temporal._wire.search_attributes import SEARCH_ATTRIBUTES

__all__ = ["RETENTION", "configure"]

_NAMESPACE = "default"

RETENTION = timedelta(days=90)
"""How long closed runs are kept at least; the development server's own default is one day."""

_TYPES = {
    "Datetime": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    "KeywordList": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
}


async def configure(client: ServiceClient) -> None:
    """Keep closed runs for 90 days, and register the search attributes that an older data file lacks."""
    await _keep_runs(client)
    await _register(client)


async def _keep_runs(client: ServiceClient) -> None:
    service = client.workflow_service
    found = await service.describe_namespace(DescribeNamespaceRequest(namespace=_NAMESPACE))
    # Only ever longer: a team that keeps its runs for a year does not lose them to a restart.
    if found.config.workflow_execution_retention_ttl.ToTimedelta() >= RETENTION:
        return
    ttl = Duration()
    ttl.FromTimedelta(RETENTION)
    config = NamespaceConfig(workflow_execution_retention_ttl=ttl)
    await service.update_namespace(UpdateNamespaceRequest(namespace=_NAMESPACE, config=config))


async def _register(client: ServiceClient) -> None:
    # The server's own flag for them works on new files only.
    service = client.operator_service
    found = await service.list_search_attributes(ListSearchAttributesRequest(namespace=_NAMESPACE))
    missing = {name: _TYPES[kind] for name, kind in SEARCH_ATTRIBUTES.items() if name not in found.custom_attributes}
    if missing:
        await service.add_search_attributes(AddSearchAttributesRequest(namespace=_NAMESPACE, search_attributes=missing))
