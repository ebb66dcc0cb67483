"""Outside: deployments of workers: their builds, and which of them gets the runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from temporalio.api.deployment.v1 import WorkerDeploymentInfo
from temporalio.api.enums.v1 import RoutingConfigUpdateState, WorkerDeploymentVersionStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    ListWorkerDeploymentsRequest,
    SetWorkerDeploymentCurrentVersionRequest,
    SetWorkerDeploymentRampingVersionRequest,
)
from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal.errors import ConflictError, InputError, NotFoundError

__all__ = ["BuildStatus", "DeploymentStatus", "find_deployment", "list_deployments", "set_current", "set_ramping"]

_PAUSE: Final = 0.25
"""Seconds between two looks."""

_SETTLING: Final = 30
"""Seconds to wait for the server to say that all know. Some servers never do (temporalio/temporal, issue 11842)."""

_WHOLE: Final = 100

_log = logging.getLogger("dosdk_temporal")

_STATE: Final = "WORKER_DEPLOYMENT_VERSION_STATUS_"


@dataclass(frozen=True)
class BuildStatus:
    """One build of a deployment.

    Attributes:
        id: the build's.
        state: ``current``, ``ramping``, ``inactive`` (not yet current), ``draining`` (runs are pinned to it) or ``drained``.
        created_at: when its first worker asked for work.
    """

    id: str
    state: str
    created_at: datetime


@dataclass(frozen=True)
class DeploymentStatus:
    """One deployment.

    Attributes:
        name: the deployment's.
        current: the build that gets new runs, and those that are not pinned; None while none is.
        ramping: the build that gets a part of them; None while none does.
        percentage: how large that part is, of 100.
        builds: the newest first.
    """

    name: str
    current: str | None
    ramping: str | None
    percentage: float
    builds: tuple[BuildStatus, ...]


async def list_deployments(connection: Connection) -> list[DeploymentStatus]:
    """All deployments of the namespace, by name."""
    with translated(connection.settings, "deployment"):
        names, token = [], b""
        while True:
            request = ListWorkerDeploymentsRequest(namespace=connection.client.namespace, next_page_token=token)
            page = await connection.client.workflow_service.list_worker_deployments(request)
            names += [summary.name for summary in page.worker_deployments]
            token = page.next_page_token
            if not token:
                break
    found = [await find_deployment(connection, name) for name in sorted(names)]
    return [deployment for deployment in found if deployment is not None]


async def find_deployment(connection: Connection, name: str) -> DeploymentStatus | None:
    """The deployment of that name; None where no worker of it has asked for work yet."""
    info = await _read(connection, name)
    if info is None:
        return None
    builds = [
        BuildStatus(
            summary.deployment_version.build_id,
            WorkerDeploymentVersionStatus.Name(summary.status).removeprefix(_STATE).lower(),
            summary.create_time.ToDatetime(UTC),
        )
        for summary in info.version_summaries
    ]
    builds.sort(key=lambda build: build.created_at, reverse=True)
    routing = info.routing_config
    return DeploymentStatus(
        info.name,
        routing.current_deployment_version.build_id or None,
        routing.ramping_deployment_version.build_id or None,
        round(routing.ramping_version_percentage, 2),
        tuple(builds),
    )


async def set_current(connection: Connection, name: str, build_id: str, patience: float) -> None:
    """Send runs to a build from now on, once a worker of it has asked for work, and wait until that holds everywhere.

    Args:
        connection: to the server.
        name: the deployment's.
        build_id: of its workers.
        patience: seconds to wait for the first worker of that build.

    Raises:
        NotFoundError: when none came, naming the builds that there are.
        ConflictError: when the server does not take it now, with its reason.
    """
    service = connection.client.workflow_service.set_worker_deployment_current_version
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=connection.client.namespace,
        deployment_name=name,
        build_id=build_id,
        identity=connection.client.identity,
    )
    await _set(connection, name, build_id, "current", partial(service, request), patience)


async def set_ramping(connection: Connection, name: str, build_id: str, percentage: float, patience: float) -> None:
    """Send a part of the runs to a build, once a worker of it has asked for work, and wait until that holds everywhere.

    Args:
        connection: to the server.
        name: the deployment's.
        build_id: of its workers.
        percentage: of the runs, by their ids; 0 to send none to it any more.
        patience: see :func:`set_current`.

    Raises:
        InputError: for what is no percentage.
        NotFoundError: see :func:`set_current`.
        ConflictError: likewise.
    """
    if not 0 <= percentage <= _WHOLE:
        raise InputError(f"percentage={percentage:g} is a part of the runs: 0 to 100")
    service = connection.client.workflow_service.set_worker_deployment_ramping_version
    request = SetWorkerDeploymentRampingVersionRequest(
        namespace=connection.client.namespace,
        deployment_name=name,
        build_id=build_id,
        percentage=percentage,
        identity=connection.client.identity,
    )
    await _set(connection, name, build_id, "ramped up", partial(service, request), patience)


async def _set(
    connection: Connection, name: str, build_id: str, what: str, ask: Callable[[], Awaitable[Any]], patience: float
) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while not await _is_set(connection, f"build {build_id} of deployment {name} cannot be {what}", ask):
        if loop.time() > end:
            raise _unknown(await find_deployment(connection, name), name, build_id)
        await asyncio.sleep(_PAUSE)
    end = loop.time() + _SETTLING
    while (info := await _read(connection, name)) and _is_under_way(info):
        if loop.time() > end:
            _log.warning(
                "the server has taken that build %s of deployment %s is %s, but has not said within %d s that all its task "
                "queues know: runs may still go elsewhere; see where the next ones go before you stop other builds",
                build_id, name, what, _SETTLING,
            )  # fmt: skip
            return
        await asyncio.sleep(_PAUSE)


async def _is_set(connection: Connection, cannot: str, ask: Callable[[], Awaitable[Any]]) -> bool:
    with translated(connection.settings, "deployment"):
        try:
            await ask()
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                return False
            if error.status == RPCStatusCode.FAILED_PRECONDITION:
                raise ConflictError(f"{cannot}: {error.message}") from None
            raise
    return True


async def _read(connection: Connection, name: str) -> WorkerDeploymentInfo | None:
    request = DescribeWorkerDeploymentRequest(namespace=connection.client.namespace, deployment_name=name)
    with translated(connection.settings, "deployment"):
        try:
            found = await connection.client.workflow_service.describe_worker_deployment(request)
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                return None
            raise
    return found.worker_deployment_info


def _is_under_way(info: WorkerDeploymentInfo) -> bool:
    return info.routing_config_update_state == RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS


def _unknown(found: DeploymentStatus | None, name: str, build_id: str) -> NotFoundError:
    builds = [build.id for build in found.builds] if found else []
    known = f"; there {'is' if len(builds) == 1 else 'are'} {', '.join(builds)}" if builds else ""
    return NotFoundError(
        f"no worker of build {build_id} of deployment {name} has asked for work{known}: start one with "
        f"'dosdk worker MODULE --deployment {name} --build-id {build_id}'"
    )
