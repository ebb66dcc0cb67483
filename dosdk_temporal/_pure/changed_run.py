"""Pure: where a run stands of which something was changed on the server, in plain sentences."""

from __future__ import annotations

import shlex

from dosdk_temporal._pure.explaining import Explanation
from dosdk_temporal._pure.status import State

__all__ = ["changed_run"]


def changed_run(execution_id: str, state: State, why: str) -> Explanation:
    """What can be said of a run whose record is not to be trusted, and so is not read.

    Args:
        execution_id: its id.
        state: as the server says.
        why: what was found.
    """
    if state not in {"running", "paused"}:
        return Explanation(execution_id, state, (f"Its record cannot be read: {why}.",))
    sentences = (
        f"It cannot go on, and its record cannot be read: {why}.",
        "It goes on by itself once the data are as they were. Where they cannot be had, end it and start it anew.",
    )
    return Explanation(execution_id, state, sentences, (f"dosdk terminate {shlex.quote(execution_id)}",))
