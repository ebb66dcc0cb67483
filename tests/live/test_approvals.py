"""Deciding what a run waits for: who may, what counts, and what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from pydantic import BaseModel

from dosdk_temporal import (
    ApprovalError,
    Decision,
    InputError,
    NotFoundError,
    Trigger,
    WorkflowError,
)
from dosdk_temporal._pure.decisions import DecisionAnswer
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import answers, recorded, refusal, waits_for

Serve = Callable[..., Any]


NO_NUMBER = "limit: input should be a valid integer, unable to parse string as an integer, not 'much'"


class Terms(BaseModel):
    """What an approval must fill in."""

    limit: int


def told(decision: Decision) -> list[Any]:
    """A decision as a run's result can say it."""
    form = decision.form.limit if isinstance(decision.form, Terms) else decision.form
    return [decision.approved, decision.by, decision.comment, form, decision.timed_out]


@pytest.fixture
def pays(do: TestDo) -> None:
    """A workflow that waits for a manager, for what its payload says, and tells how it was decided."""

    @do.workflow.create(name="pays")
    async def pays(trigger: Trigger) -> list[Any]:
        return told(await do.wait_for_approval("manager", **trigger.payload))


async def test_the_handler_gets_a_typed_decision(do: TestDo, serve: Serve) -> None:
    """Who decides is told when it counted; the handler gets answer, person, comment and the form as its model."""

    @do.workflow.create(name="asks")
    async def asks(trigger: Trigger) -> Any:
        decision = await do.wait_for_approval("manager", approvers="ann", form=Terms)
        assert isinstance(decision.at, datetime)
        return [*told(decision), decision.at.isoformat(), decision.at <= do.now()]

    async with serve():
        execution = await do.workflows.start("asks")
        await waits_for(execution, "manager")
        answer = await execution.approve("manager", by="ann", comment="fine", form=Terms(limit=3))
        assert answer == DecisionAnswer("decided", "manager", True, "ann", answer.at)
        assert answer.at is not None
        assert await execution.result() == [True, "ann", "fine", 3, False, answer.at.isoformat(), True]
        assert await recorded(do, execution) == [
            {"kind": "approval", "name": "manager", "state": "approved", "by": "ann", "form": "10c4e76b8ca27370"}
        ]


async def test_a_refused_attempt_stays_in_the_record(do: TestDo, serve: Serve) -> None:
    """Each is refused at the caller with its reason, which the run's history keeps; the run waits on and is decided."""

    @do.workflow.create(name="asks")
    async def asks(trigger: Trigger) -> list[Any]:
        return told(await do.wait_for_approval("manager", approvers=["ann", "bob"], form=Terms))

    async with serve():
        execution = await do.workflows.start("asks")
        await waits_for(execution, "manager")
        reasons = [
            await refusal(execution.approve(by="mal", form={"limit": 1})),
            await refusal(execution.approve(form={"limit": 1})),
            await refusal(execution.approve(by="ann")),
            await refusal(execution.reject(by="ann", form={"limit": "much"})),
        ]
        assert reasons == [
            "'mal' is not among the approvers of 'manager': ann, bob",
            "say who decides (by=): it must be one of the approvers of 'manager': ann, bob",
            "the form of 'manager' does not fit: limit: is required",
            f"the form of 'manager' does not fit: {NO_NUMBER}",
        ]
        assert (await execution.status()).state == "waiting"
        await do.approvals.decide(execution.id, "manager", approved=False, by="bob")
        assert await execution.result() == [False, "bob", "", None, False]
        assert await answers(do, execution) == [*reasons, "decided"]


async def test_an_error_tells_whose_run_it_was(do: TestDo, serve: Serve, pays: None) -> None:
    """A refusal knows the run and its workflow."""
    async with serve():
        execution = await do.workflows.start("pays", {"approvers": ["ann"]})
        await waits_for(execution, "manager")
        with pytest.raises(ApprovalError) as refused:
            await execution.approve(by="mal")
        error = refused.value
        assert (error.type, error.execution_id, error.workflow) == ("ApprovalError", execution.id, "pays")


async def test_the_same_decision_at_once_counts_once(do: TestDo, serve: Serve, pays: None) -> None:
    """Eight times at the same moment and once more later, all get the first answer."""
    async with serve():
        execution = await do.workflows.start("pays", {})
        await waits_for(execution, "manager")
        first, *others = await asyncio.gather(*(execution.approve("manager", by="ann") for _ in range(8)))
        assert others == [first] * 7
        assert await execution.approve("manager", by="ann", comment="once more") == first
        assert await execution.result() == [True, "ann", "", None, False]
        assert len(await recorded(do, execution)) == 1


async def test_of_two_answers_one_counts(do: TestDo, serve: Serve) -> None:
    """Two people who disagree at the same moment: one decides, the other is told who did."""

    @do.workflow.create(name="asks")
    async def asks(trigger: Trigger) -> list[Any]:
        decision = await do.wait_for_approval("manager", approvers=["ann", "bob"])
        await do.wait_for_approval("end")
        return [decision.approved, decision.by]

    async with serve():
        execution = await do.workflows.start("asks")
        await waits_for(execution, "manager")
        both = await asyncio.gather(
            execution.approve("manager", by="ann"), execution.reject("manager", by="bob"), return_exceptions=True
        )
        await execution.approve("end")
        approved, by = await execution.result()
    (counted,) = [answer for answer in both if isinstance(answer, DecisionAnswer)]
    (refused,) = [answer for answer in both if isinstance(answer, ApprovalError)]
    assert (counted.approved, counted.by) == (approved, by)
    assert str(refused).startswith(
        f"'manager' is decided already: {'approved' if approved else 'rejected'} by {by} at "
    )


async def test_an_early_decision_is_kept(do: TestDo, serve: Serve) -> None:
    """It is answered so, with what is open now, and counts as soon as the run asks."""

    @do.workflow.create(name="asks-twice")
    async def asks_twice(trigger: Trigger) -> Any:
        return [told(await do.wait_for_approval(name)) for name in ("legal", "manager")]

    async with serve():
        execution = await do.workflows.start("asks-twice")
        await waits_for(execution, "legal")
        kept = DecisionAnswer("kept", "manager", False, "ann", open=("legal",))
        assert await execution.reject("manager", by="ann", comment="no") == kept
        assert await execution.reject("manager", by="ann") == kept
        assert (await execution.approve(by="bob")).name == "legal"
        assert await execution.result() == [[True, "bob", "", None, False], [False, "ann", "no", None, False]]


async def test_a_wrong_early_decision_is_recorded(do: TestDo, serve: Serve, pays: None) -> None:
    """One that does not fit the wait it came before is refused in the record, and the wait goes on; one never asked for stays."""

    @do.workflow.create(name="asks-twice")
    async def asks_twice(trigger: Trigger) -> Any:
        await do.wait_for_approval("legal")
        return told(await do.wait_for_approval("manager", approvers=["ann"]))

    async with serve():
        execution = await do.workflows.start("asks-twice")
        await waits_for(execution, "legal")
        assert (await execution.approve("manager", by="mal")).state == "kept"
        assert (await execution.approve("never", by="mal")).state == "kept"
        await execution.approve("legal")
        await waits_for(execution, "manager")
        assert (await execution.approve("manager", by="ann")).state == "decided"
        assert await execution.result() == [True, "ann", "", None, False]
        (refused,) = [entry for entry in await recorded(do, execution) if entry["state"] == "refused"]
        assert refused["reason"] == "'mal' is not among the approvers of 'manager': ann"
        assert (refused["attempt"]["by"], refused["attempt"]["approved"]) == ("mal", True)
        assert await answers(do, execution) == ["kept", "kept", "decided", "decided"]


async def test_a_late_decision_is_refused(do: TestDo, serve: Serve) -> None:
    """After the time-out nobody decides, and a wait in a block that ended is not there to be decided."""

    @do.workflow.create(name="gives-up")
    async def gives_up(trigger: Trigger) -> Any:
        late = await do.wait_for_approval("manager", timeout=0.1)
        try:
            async with asyncio.timeout(0.1):
                await do.wait_for_approval("legal")
        except TimeoutError:
            withdrawn = True
        await do.wait_for_approval("end")
        return [*told(late), withdrawn]

    async with serve():
        execution = await do.workflows.start("gives-up")
        await waits_for(execution, "end")
        reason = await refusal(execution.approve("manager", by="ann"))
        assert reason.startswith("'manager' has timed out: it could be decided until ")
        assert await refusal(execution.approve("legal", by="ann")) == "'legal' is no longer waited for"
        await execution.approve("end")
        assert await execution.result() == [False, None, "", None, True, True]
        assert await recorded(do, execution) == [
            {"kind": "approval", "name": "manager", "state": "timed_out"},
            {"kind": "approval", "name": "legal", "state": "abandoned"},
            {"kind": "approval", "name": "end", "state": "approved", "by": None},
        ]


async def test_after_the_end_of_the_run(do: TestDo, serve: Serve, pays: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The identical decision gets the first answer, every other is refused; so is one for a run that ended otherwise.

    It is the same where nobody waited for the run's answer, so that only the attempt to leave the decision shows the end.
    """
    async with serve():
        execution = await do.workflows.start("pays", {"approvers": ["ann", "bob"]})
        await waits_for(execution, "manager")
        await do.approvals.decide(execution.id, approved=True, by="ann")
        await execution.result()
        other = await do.workflows.start("pays", {})
        await waits_for(other, "manager")
        await other.cancel()
        with pytest.raises(WorkflowError, match="cancelled"):
            await other.result()
    ended = f"the run {execution.id!r} has ended (completed): nothing is waited for any more"
    for patience in (5.0, 0.0):
        monkeypatch.setattr("dosdk_temporal._client.deciding._PATIENCE", patience)
        for name in ("manager", None):
            again = await execution.approve(name, by="ann", comment="again")
            assert (again.state, again.name, again.approved, again.by) == ("decided", "manager", True, "ann")
        assert await refusal(execution.approve("manager", by="bob")) == ended
        assert await refusal(execution.reject("manager", by="ann")) == ended
        assert await refusal(execution.approve("other", by="ann")) == ended
        assert "has ended (canceled)" in await refusal(other.approve(by="ann"))


async def test_a_run_that_is_not_there(do: TestDo) -> None:
    """A decision for an unknown run is a NotFoundError that names it."""
    with pytest.raises(NotFoundError, match="nobody"):
        await do.workflows.get("nobody").approve("manager")
    with pytest.raises(NotFoundError, match="nobody"):
        await do.approvals.decide("nobody", approved=False)


async def test_two_at_once(do: TestDo, serve: Serve) -> None:
    """Several waits of one run, also of one name, are decided each by its own; without a name it must be said which."""

    @do.workflow.create(name="asks-many")
    async def asks_many(trigger: Trigger) -> Any:
        names = ("manager", "legal", "manager")
        decisions = await asyncio.gather(*(do.wait_for_approval(name) for name in names))
        again = await do.wait_for_approval("manager")
        return [decision.by for decision in (*decisions, again)]

    async with serve():
        execution = await do.workflows.start("asks-many")
        await waits_for(execution, "manager", "legal", "manager#2")
        message = "manager, legal, manager#2 are waited for now: say which one the decision is for"
        assert await refusal(execution.approve(by="ann")) == message
        await execution.approve("manager#2", by="bob")
        await execution.approve("manager", by="ann")
        await execution.approve(by="lea")
        await waits_for(execution, "manager#3")
        assert (await execution.approve("manager", by="eve")).name == "manager#3"
        assert await execution.result() == ["ann", "lea", "bob", "eve"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"approvers": []}, "lets nobody decide"),
        ({"timeout": -1}, "timeout=-1 is negative"),
        ({"remind_every": "often"}, "remind_every='often' is not a duration"),
        ({"title": 7}, "title is text"),
    ],
)
async def test_a_wait_that_cannot_be_meant(
    do: TestDo, serve: Serve, pays: None, arguments: dict[str, Any], message: str
) -> None:
    """It fails the run at once with what to write, and nothing is waited for."""
    async with serve():
        execution = await do.workflows.start("pays", arguments)
        with pytest.raises(WorkflowError, match=message) as failed:
            await execution.result()
    assert isinstance(failed.value.cause, InputError) or failed.value.type == "InputError"
    assert await recorded(do, execution) == []
