"""A workflow and an action that say what they do, by every way of saying."""

from __future__ import annotations

import logging

import structlog

from dosdk_temporal import ActionContext, Do, Retry, Trigger
from dosdk_temporal.errors import ActionError

do = Do()
by_logging = logging.getLogger("team.logging")
by_structlog = structlog.get_logger("team.structlog")


@do.action.create(name="fail-once", retry=Retry(2, "10ms"))
async def fail_once(word: str, context: ActionContext) -> str:
    """Fail in the first attempt."""
    context.log.info("by the context", word=word)
    by_logging.info("by logging: %s", word, extra={"word": word})
    if context.attempt == 1:
        raise LookupError("no luck\nthis time")
    return word


@do.action.create(name="fail", retry=1)
def fail() -> None:
    """Fail, in a thread."""
    by_structlog.info("by structlog")
    raise ActionError("never", retryable=False)


@do.workflow.create(name="talk")
async def talk(trigger: Trigger) -> str:
    """Speak before, between and after waits."""
    print("printed at the beginning")
    by_structlog.info("by structlog", words=2)
    word: str = await do.action.run("fail-once", {"word": "hello"})
    by_logging.warning("by logging: %s", word)
    await do.sleep("10ms")
    try:
        await do.action.run("fail")
    except ActionError as error:
        print("printed at the end:", error)
    return word
