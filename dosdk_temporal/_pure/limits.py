"""Pure: limits on load, checked where they are written."""

from __future__ import annotations

from dosdk_temporal.errors import DefinitionError

__all__ = ["check_max_concurrent"]


def check_max_concurrent(limit: object, action: str, *, local: bool) -> None:
    """Refuse what is no number of actions at once.

    Raises:
        DefinitionError: saying what may be meant.
    """
    if limit is None:
        return
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise DefinitionError(
            f"max_concurrent={limit!r} of action {action!r} is not a whole number from 1 on, or None for no limit"
        )
    if local:
        raise DefinitionError(
            f"action {action!r} is local, and would hold its workflow's task up while it waits for its turn: leave local= or "
            "max_concurrent= out"
        )
