"""Outside: the SDK's part of a Temporal connection, as a plugin that composes with others in any order."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from temporalio.converter import DataConverter
from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

__all__ = ["ConnectionPlugin"]


class ConnectionPlugin(SimplePlugin):
    """What every connection of the SDK has: its converter, and a sandbox that takes the SDK as it is.

    Args:
        converter: the SDK's, made of the one that the team has given, if any.
        **parts: further ones, as temporalio's plugins have them.
    """

    def __init__(self, converter: Callable[[DataConverter | None], DataConverter], **parts: Any) -> None:
        super().__init__("dosdk", data_converter=converter, workflow_runner=_runner, **parts)


def _runner(given: WorkflowRunner | None) -> WorkflowRunner:
    """The worker's own runner; a sandbox takes this package as it is instead of importing it anew for every run."""
    if isinstance(given, SandboxedWorkflowRunner):
        passed = given.restrictions.with_passthrough_modules("dosdk_temporal", "structlog", "typing_extensions")
        return dataclasses.replace(given, restrictions=passed)
    return given or SandboxedWorkflowRunner()
