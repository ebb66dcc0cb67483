"""Outside: the SDK's part of a Temporal connection, as a plugin that composes with others in any order."""

from __future__ import annotations

import dataclasses
from typing import Any

from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import DataConverter, DefaultPayloadConverter
from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

__all__ = ["ConnectionPlugin"]


class ConnectionPlugin(SimplePlugin):
    """What every connection of the SDK has: its converter, and a sandbox that takes the SDK as it is."""

    def __init__(self, **parts: Any) -> None:
        super().__init__("dosdk", data_converter=_converter, workflow_runner=_runner, **parts)


def _converter(given: DataConverter | None) -> DataConverter:
    """Pydantic's JSON, under whatever codec the converter has; a payload converter of a team's own stays."""
    base = given or DataConverter.default
    if base.payload_converter_class is not DefaultPayloadConverter:
        return base
    return dataclasses.replace(base, payload_converter_class=PydanticPayloadConverter)


def _runner(given: WorkflowRunner | None) -> WorkflowRunner:
    """The worker's own runner; a sandbox takes this package as it is instead of importing it anew for every run."""
    if isinstance(given, SandboxedWorkflowRunner):
        passed = given.restrictions.with_passthrough_modules("dosdk_temporal", "structlog", "typing_extensions")
        return dataclasses.replace(given, restrictions=passed)
    return given or SandboxedWorkflowRunner()
