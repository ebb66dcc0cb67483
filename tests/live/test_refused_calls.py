"""Calls of a definition that are refused before they are made: the record tells of them as of those that were made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dosdk_temporal.testing import TestDo

Serve = Callable[..., Any]

WRONG = {"value": "{{ input.text }}"}
DEFINITION = {
    "name": "lenient",
    "steps": [
        {"id": "first", "function": "double", "input": WRONG, "onError": "continue"},
        {"id": "each", "forEach": "{{ input.items }}", "onError": "continue", "maxConcurrency": 1, "steps": [
            {"id": "one", "function": "double", "input": {"value": "{{ item }}"}}]},
        {"id": "kid", "workflow": "kid", "input": WRONG, "onError": "continue"},
        {"id": "link", "function": "double", "input": WRONG, "fallback": "instead"},
        {"id": "last", "function": "double", "condition": "first.error.type !== 'InputError'", "input": {"value": 1}},
    ],
}  # fmt: skip


async def test_what_was_refused_is_told(do: TestDo, serve: Serve) -> None:
    """A call whose input does not fit is told as one that failed without an attempt, and what follows as it was."""

    @do.action.create(name="double")
    async def double(value: int) -> int:
        return 2 * value

    do.workflows.create({"name": "kid", "input": {"value": "number"}, "steps": [{"id": "k", "set": {"x": 1}}]})
    do.mock("instead", returns=0)
    do.workflows.create(DEFINITION)
    async with serve():
        run = await do.workflows.start("lenient", {"text": "many", "items": [1, "x", 3]})
        await run.result()
        status = await run.status(include_audit_trail=True)
    assert [
        (step.id, step.kind, step.state, step.attempts, step.error and step.error.type) for step in status.steps
    ] == [
        ("first", "action", "failed", 0, "InputError"),
        ("one", "action", "completed", 1, None),
        ("one#2", "action", "failed", 0, "InputError"),
        ("one#3", "action", "completed", 1, None),
        ("kid", "workflow", "failed", 0, "InputError"),
        ("link", "action", "fallback", 0, "InputError"),
        ("last", "action", "skipped", 0, None),
    ]
    assert (status.progress and vars(status.progress)) == {"done": 5, "total": 5}
    told = [(entry.event, entry.step, entry.detail) for entry in status.audit_trail or ()]
    assert told[1:3] == [("step_started", "first", ""), ("step_failed", "first", "refused")]
    assert told[-2] == ("step_skipped", "last", "first.error.type !== 'InputError'")
