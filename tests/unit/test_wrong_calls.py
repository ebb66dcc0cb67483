"""Calls that cannot be meant: each is an error of the tree that names the argument, before anything is asked of a server."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import ActionError, Do, Registry, RetryLater, WorkflowError
from dosdk_temporal.errors import ApprovalError, DefinitionError, DoError, InputError

Wrong = tuple[Callable[[Any], Any], type[DoError], str]

MISSPELT: list[Wrong] = [
    (lambda do: do.workflows.get("x").result(timeot=1), DefinitionError, "execution.result has no option 'timeot'"),
    (lambda do: do.workflows.get("x").result(1), DefinitionError, "execution.result: too many positional arguments"),
    (lambda do: do.workflows.get("x").cancel(raeson="no"), DefinitionError, "execution.cancel has no option 'raeson'"),
    (
        lambda do: do.workflows.get("x").approve("a", coment=""),
        DefinitionError,
        "execution.approve has no option 'coment'",
    ),
    (lambda do: do.workflows.get_schedule("x").pause(nte=""), DefinitionError, "schedule.pause has no option 'nte'"),
    (lambda do: do.approvals.decide("x", aproved=True), DefinitionError, "do.approvals.decide has no option 'aproved'"),
    (
        lambda do: do.approvals.decide("x"),
        DefinitionError,
        "do.approvals.decide: missing a required argument: 'approved'",
    ),
    (lambda do: do.approvals.list(asignee="ann"), DefinitionError, "do.approvals.list has no option 'asignee'"),
    (lambda do: do.events.emit("x", playload={}), DefinitionError, "do.events.emit has no option 'playload'"),
    (lambda do: do.workflows.start("x", {}, idd="y"), DefinitionError, "do.workflows.start has no option 'idd'"),
    (
        lambda do: do.workflows.start(name="x"),
        DefinitionError,
        "do.workflows.start: 'name' parameter is positional only",
    ),
    (lambda do: do.workflows.schedule("x", evry="1h"), DefinitionError, "do.workflows.schedule has no option 'evry'"),
    (lambda _: ActionError("x", retriable=False), DefinitionError, "ActionError has no option 'retriable'"),
    (lambda _: RetryLater(afte="1s"), DefinitionError, "RetryLater has no option 'afte'"),
]

OF_THE_WRONG_TYPE: list[Wrong] = [
    (lambda _: ActionError("x", retryable="no"), DefinitionError, "retryable='no' is not True or False"),  # type: ignore[arg-type]
    (lambda _: WorkflowError("x", retryable=1), DefinitionError, "retryable=1 is not True or False"),  # type: ignore[arg-type]
    (lambda do: do.workflows.get("x").result(timeout="soon"), InputError, "timeout='soon' is not a duration"),
    (lambda do: do.workflows.get("x").cancel(5), InputError, "reason is text, not 5"),
    (lambda do: do.workflows.get("x").approve(by=5), ApprovalError, "by of a decision is text, not 5"),
    (
        lambda do: do.workflows.get("x").resolve(None, "x"),
        ApprovalError,
        "a held step is resolved by retry, skip, fail",
    ),
    (lambda do: do.workflows.get("x").signal("s", object()), InputError, "the input of signal 's' cannot be written"),
    (lambda do: do.approvals.decide("x", approved="no"), ApprovalError, "a decision says approved true or false"),
    (lambda do: do.approvals.decide(5, approved=True), InputError, "the execution id must be text"),
    (lambda do: do.approvals.list(overdue="no"), InputError, "overdue='no' is not True or False"),
    (lambda do: do.approvals.link(5, "a"), InputError, "the execution id must be text"),
    (lambda do: do.approvals.link("x", "a", expires="soon"), InputError, "expires='soon' is not a duration"),
    (lambda do: do.events.emit("x", {}, id=5), InputError, "the event's id must be text"),
    (lambda do: do.events.emit_many(5), InputError, "5 is no list of events"),
    (lambda do: do.events.emit_many({"name": "x"}), InputError, "{'name': 'x'} is no list of events"),
    (lambda do: do.workflows.start("x", {}, delay="soon"), InputError, "delay='soon' is not a duration"),
    (
        lambda do: do.workflows.start("x", {}, priority="1"),
        InputError,
        "priority='1' does not fit: give a number from 1",
    ),
    (lambda do: do.workflows.start("x", {}, idempotency_key=5), InputError, "the idempotency_key must be text"),
    (lambda do: do.workflows.schedule("x", every="1h", paused="no"), InputError, "paused='no' is not True or False"),
]


@pytest.mark.parametrize(("call", "error", "told"), [*MISSPELT, *OF_THE_WRONG_TYPE])
async def test_a_wrong_call(
    monkeypatch: pytest.MonkeyPatch, call: Callable[[Any], Any], error: type, told: str
) -> None:
    """An argument that there is not, or that has the wrong type, is refused where the call stands; no server is reached."""
    monkeypatch.setenv("DO_LINK_KEYS", "0123456789abcdef0123456789abcdef")
    do = Do(address="127.0.0.1:1", registry=Registry())

    async def made() -> None:
        given = call(do)
        if inspect.isawaitable(given):
            await given

    with pytest.raises(error) as refused:
        await made()
    assert str(refused.value).startswith(told)
