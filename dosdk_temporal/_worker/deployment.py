"""Outside: the deployment that a worker belongs to, and the build of its code: Temporal's Worker Deployments."""

from __future__ import annotations

import logging
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

from dosdk_temporal._client.connection import Connection
from dosdk_temporal._client.deployments import find_deployment
from dosdk_temporal.errors import DefinitionError

__all__ = ["Deployment"]

_log = logging.getLogger("dosdk_temporal")

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")
_BUILD: Final = re.compile(r"[A-Za-z0-9._+-]{1,200}")


@dataclass(frozen=True)
class Deployment:
    """Which workers belong together, and which code this one has.

    Attributes:
        name: of what is deployed, the same in each deploy.
        build_id: of the code, another in each deploy.
    """

    name: str
    build_id: str

    @classmethod
    def of(cls, name: str | None, build_id: str | None) -> Self | None:
        """The deployment of a worker; None for one that belongs to none.

        Args:
            name: the deployment's.
            build_id: default the commit that is checked out in the current folder.

        Raises:
            DefinitionError: for what can be no name or build id, and where there is no commit to take it from.
        """
        if name is None and build_id is None:
            return None
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise DefinitionError(
                f"deployment={name!r} is no deployment's name: write letters, digits, - and _, like 'orders'"
            )
        if build_id is not None and not (isinstance(build_id, str) and _BUILD.fullmatch(build_id)):
            raise DefinitionError(f"build_id={build_id!r} is no build id: write letters, digits, and any of . _ + -")
        return cls(name, build_id or _commit())

    @classmethod
    def told(cls, name: str | None, build_id: str | None, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
        """The options of a worker process: what is given, else ``DO_DEPLOYMENT`` and ``DO_BUILD_ID``."""
        name = name or environ.get("DO_DEPLOYMENT") or None
        default = environ.get("DO_BUILD_ID") if name else None
        return {"deployment": name, "build_id": build_id or default or None}

    @property
    def config(self) -> WorkerDeploymentConfig:
        """What Temporal's worker is told; each run says by itself whether it stays with its build."""
        version = WorkerDeploymentVersion(self.name, self.build_id)
        return WorkerDeploymentConfig(version, True, VersioningBehavior.AUTO_UPGRADE)

    async def say(self, connection: Connection) -> None:
        """Say in the log whether work reaches this build, and what sends it here."""
        found = await find_deployment(connection, self.name)
        current = found.current if found else None
        if current == self.build_id:
            return
        cure = f"'dosdk deployments current {self.name} {self.build_id}' sends them here"
        if current is None:
            _log.warning("deployment %s has no current build: no runs reach this worker; %s", self.name, cure)
        else:
            _log.info("runs of deployment %s go to its current build %s; %s", self.name, current, cure)


def _commit() -> str:
    commit = _git("rev-parse", "--short", "HEAD")
    if not commit:
        raise DefinitionError(
            "there is no git commit here to take the build id from: give one, as --build-id 2027-01-31"
        )
    if _git("status", "--porcelain"):
        raise DefinitionError(
            f"the working tree is not what commit {commit} says, so that its name would be wrong: commit, or give --build-id"
        )
    return commit


def _git(*arguments: str) -> str:
    """What git says; empty where it cannot."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607
    except OSError:  # git is not installed
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
