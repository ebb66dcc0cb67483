"""A workflow that waits for a person, and gives who it was."""

from __future__ import annotations

from dosdk_temporal import Do, Trigger

do = Do()


@do.workflow.create(name="asks")
async def asks(_: Trigger) -> str | None:
    """Wait for the manager."""
    return (await do.wait_for_approval("manager")).by
