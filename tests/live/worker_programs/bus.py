"""A workflow that an event starts, and one that waits for it, then for another of the same that never comes."""

from __future__ import annotations

from dosdk_temporal import Do, Trigger, WaitTimeoutError

do = Do()


@do.workflow.create(name="welcome", trigger={"event": "account.opened"})
async def welcome(trigger: Trigger) -> str:
    """Tell which event it was."""
    return trigger.id


@do.workflow.create(name="confirms")
async def confirms(trigger: Trigger) -> list[str | None]:
    """Wait twice, where one event is to come once."""
    match = {"user": trigger.payload["user"]}
    first = await do.wait_for_event("account.opened", match=match)
    try:
        second = await do.wait_for_event("account.opened", match=match, timeout=3)
    except WaitTimeoutError:
        return [first.id, None]
    return [first.id, second.id]
