"""Outside: what runs of declared workflows ask of their worker, beside actions."""

from __future__ import annotations

from typing import Any

from dosdk_temporal._outside.own_activity import OwnActivity, own_activity
from dosdk_temporal._pure.declared import DeclaredWorkflow
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._wire.schedule import DEFINITION, GIVE_WAY
from dosdk_temporal.errors import NotFoundError

__all__ = ["definition_activities"]


def definition_activities(registry: Registry) -> dict[str, OwnActivity]:
    """The activities that runs of definitions need, by their wire names: one gives a text, one does nothing.

    Args:
        registry: whose workflows.
    """

    async def text(asked: dict[str, Any]) -> str:
        known = registry.workflows.find(asked["name"], asked["version"])
        if not isinstance(known, DeclaredWorkflow):
            raise NotFoundError(f"this worker has no definition of workflow {asked['name']!r}")
        return known.text

    async def nothing(_: dict[str, Any]) -> None:
        return

    return {DEFINITION: own_activity(text), GIVE_WAY: own_activity(nothing)}
