"""Outside: what is said where a start found the run there already."""

from __future__ import annotations

from typing import Any

from dosdk_temporal._cli.faults import complain
from dosdk_temporal._client.execution import Execution
from dosdk_temporal._pure.names import split_version

__all__ = ["tell_of_joining"]


async def tell_of_joining(execution: Execution, name: str, given: Any) -> None:
    """Say that nothing new began, and what of the call was not used because of it.

    Args:
        execution: the run that was there.
        name: of the workflow that was to be started, ``name@version`` also.
        given: the input of the call; None for none.
    """
    there = await execution.status()
    how = "goes on already, and was joined" if there.closed_at is None else "has ended already, and is shown"
    unused = []
    if there.name != split_version(name)[0]:
        unused.append(f"it is a run of the workflow {there.name!r}")
    if there.input != ({} if given is None else given):
        unused.append("its input is another than the one given, which is not used")
    told = "; ".join([f"{execution.id} {how}: nothing new was started", *unused])
    complain(told, "note")
