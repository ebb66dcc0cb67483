"""Outside: the texts of declared workflows, for runs that were started without theirs."""

from __future__ import annotations

from typing import Any

from dosdk_temporal._outside.own_activity import OwnActivity, own_activity
from dosdk_temporal._pure.declared import DeclaredWorkflow
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._wire.schedule import DEFINITION
from dosdk_temporal.errors import NotFoundError

__all__ = ["definition_activities"]


def definition_activities(registry: Registry) -> dict[str, OwnActivity]:
    """The activity that gives a text, by its wire name.

    Args:
        registry: whose workflows.
    """

    async def text(asked: dict[str, Any]) -> str:
        known = registry.workflows.find(asked["name"], asked["version"])
        if not isinstance(known, DeclaredWorkflow):
            raise NotFoundError(f"this worker has no definition of workflow {asked['name']!r}")
        return known.text

    return {DEFINITION: own_activity(text)}
