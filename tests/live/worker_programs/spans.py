"""A workflow to trace: a step that fails once, two at a time, a child, and a span of the team's own."""

from __future__ import annotations

from opentelemetry import trace

from dosdk_temporal import ActionContext, Do, Retry, Trigger

do = Do()
tracer = trace.get_tracer("team")


@do.action.create(name="fail-once", retry=Retry(2, "10ms"))
async def fail_once(word: str, context: ActionContext) -> str:
    """Fail in the first attempt."""
    if context.attempt == 1:
        raise LookupError("no luck this time")
    with tracer.start_as_current_span("the team's own"):
        return word


@do.action.create(name="echo")
def echo(word: str) -> str:
    """Give it back, from a thread."""
    with tracer.start_as_current_span("in a thread"):
        return word


@do.workflow.create(name="child")
async def child(trigger: Trigger) -> str:
    """One step."""
    return await do.action.run("echo", trigger.payload)  # type: ignore[no-any-return]


@do.workflow.create(name="traced")
async def traced(trigger: Trigger) -> list[str]:
    """Steps, one after another and two at a time, a wait, and a child."""
    first = await do.action.run("fail-once", trigger.payload)
    await do.sleep("10ms")
    both = await do.parallel(do.action.run("echo", trigger.payload), do.action.run("echo", trigger.payload))
    return [first, *both, await child.execute(trigger.payload)]
