"""Links: one decision or one event each, for whoever has it, once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypedDict

import pytest
from sqlalchemy import select

from dosdk_temporal import (
    ActionNestingError,
    ApprovalError,
    DefinitionError,
    Execution,
    ExecutionStatus,
    InputError,
    LinkError,
    NotFoundError,
    Trigger,
)
from dosdk_temporal._client.history import past_waits
from dosdk_temporal._outside.events.tables import EVENTS, events
from dosdk_temporal._pure.decisions import DecisionAnswer
from dosdk_temporal._pure.link_keys import LinkKeys
from dosdk_temporal._pure.links import DecisionLink, Link, open_link, sign_link
from dosdk_temporal.testing import TestDo

Serve = Callable[..., Any]

KEY = "a key of the tests: 32 bytes of it"


class Limit(TypedDict):
    """What an approval of the tests asks for."""

    amount: int


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DO_LINK_KEYS", KEY)


@pytest.fixture
def asks(do: TestDo) -> TestDo:
    """A client with a workflow that asks the manager, by the options in its payload, and gives what was decided."""

    @do.workflow.create(name="asks")
    async def asks(trigger: Trigger) -> Any:
        form = Limit if trigger.payload.get("form") else None
        approvers = trigger.payload.get("approvers")
        decision = await do.wait_for_approval("manager", approvers=approvers, form=form)
        return [decision.approved, decision.by, decision.comment, decision.form]

    return do


async def asking(do: TestDo, name: str = "asks", **payload: Any) -> Execution:
    """A run that has come to wait for a decision."""
    execution = await do.workflows.start(name, payload)
    await waits(execution)
    return execution


async def waits(execution: Execution, name: str = "manager") -> None:
    """Until a run waits for an approval of that name."""
    while name not in _open(await execution.status()):  # noqa: ASYNC110 - a worker's part
        await asyncio.sleep(0.02)


def _open(status: ExecutionStatus) -> set[str]:
    assert status.closed_at is None, status
    return {wait.name for wait in status.waiting_for}


async def recorded(do: TestDo, execution: Execution) -> list[Any]:
    """Of each approval that a run has had: how it ended, by whom, and the link that carried the decision."""
    connection = await do.connection()
    told = await past_waits(connection, connection.client.get_workflow_handle(execution.id))
    return [(entry["state"], entry.get("by"), entry.get("link")) for entry in told]


def opened(do: TestDo, token: str) -> Link:
    return open_link(token, LinkKeys(KEY.encode()), namespace=do.settings.namespace, now=do.now())


async def reason(redeeming: Any) -> str:
    """Why a link is refused."""
    with pytest.raises(LinkError) as refused:
        await redeeming
    return refused.value.reason


async def test_a_link_decides(asks: TestDo, serve: Serve) -> None:
    """Its answer and its person count, with the redeemer's comment; the record has the link's id, and no token or key."""
    async with serve():
        execution = await asking(asks, approvers=["ann", "bob"])
        token = await asks.approvals.link(execution.id, "manager", approved=True, by="ann")
        answer = await asks.approvals.redeem(token, comment="fine")
        assert await execution.result() == [True, "ann", "fine", None]
    assert isinstance(answer, DecisionAnswer)
    assert (answer.state, answer.name, answer.approved, answer.by) == ("decided", "manager", True, "ann")
    assert await recorded(asks, execution) == [("approved", "ann", opened(asks, token).id)]
    history = await (await asks.connection()).client.get_workflow_handle(execution.id).fetch_history()
    text = history.to_json()
    assert (KEY in text, token in text, token.rpartition(".")[2] in text) == (False, False, False)


async def test_a_link_leaves_the_answer_open(asks: TestDo, serve: Serve) -> None:
    """A link without an answer takes the redeemer's, and the form that the approval asks for."""
    async with serve():
        execution = await asking(asks, form=True)
        token = await asks.approvals.link(execution.id, "manager")
        with pytest.raises(InputError, match="leaves the answer to whoever redeems it"):
            await asks.approvals.redeem(token)
        await asks.approvals.redeem(token, approved=True, form={"amount": "500"}, execution_id=execution.id)
        assert await execution.result() == [True, None, "", {"amount": 500}]


async def test_a_link_rejects(asks: TestDo, serve: Serve) -> None:
    """A link that rejects cannot be made to approve."""
    async with serve():
        execution = await asking(asks)
        token = await asks.approvals.link(execution.id, "manager", approved=False, by="eve")
        with pytest.raises(InputError, match="this link rejects: it cannot do the opposite"):
            await asks.approvals.redeem(token, approved=True)
        await asks.approvals.redeem(token, approved=False)
        assert await execution.result() == [False, "eve", "", None]


async def test_a_link_is_safe_before_the_wait(do: TestDo, serve: Serve) -> None:
    """Made and redeemed before the run asks, it is kept, counts when the run does ask, and is used from then on."""
    opened = threading.Event()

    @do.action.create(name="gate")
    def gate() -> None:
        opened.wait()

    @do.workflow.create(name="dawdles")
    async def dawdles(trigger: Trigger) -> Any:
        await do.action.run("gate")
        decision = await do.wait_for_approval("manager", approvers=["ann"], timeout="0s")
        return [decision.approved, decision.by]

    async with serve():
        execution = await do.workflows.start("dawdles")
        token = await do.approvals.link(execution.id, "manager", approved=True, by="ann")
        answer = await do.approvals.redeem(token)
        again = await reason(do.approvals.redeem(token))
        opened.set()
        assert await execution.result() == [True, "ann"]
        assert (getattr(answer, "state", None), again, await reason(do.approvals.redeem(token))) == (
            "kept",
            "used",
            "used",
        )


async def test_a_link_is_used_once(asks: TestDo, serve: Serve) -> None:
    """Of ten who redeem it at once one decides; the others, and all after the run's end, are told that it was used."""
    async with serve():
        execution = await asking(asks)
        token = await asks.approvals.link(execution.id, "manager")
        answers = [asks.approvals.redeem(token, approved=number % 2 == 0) for number in range(10)]
        outcomes = await asyncio.gather(*answers, return_exceptions=True)
        decided = [outcome for outcome in outcomes if isinstance(outcome, DecisionAnswer)]
        reasons = [outcome.reason for outcome in outcomes if isinstance(outcome, LinkError)]
        assert (len(decided), reasons) == (1, ["used"] * 9)
        assert (await execution.result())[0] is decided[0].approved
        assert await reason(asks.approvals.redeem(token, approved=True)) == "used"
        late = await asyncio.gather(*(reason(asks.approvals.redeem(token, approved=True)) for _ in range(3)))
    assert late == ["used"] * 3


async def test_a_refused_redeeming_does_not_use_it(asks: TestDo, serve: Serve) -> None:
    """A form that does not fit is refused by field, as often as it is tried; the one that fits then counts."""
    async with serve():
        execution = await asking(asks, form=True)
        token = await asks.approvals.link(execution.id, "manager", approved=True)
        for form in (None, {"amount": "many"}, {"amount": "many"}):
            with pytest.raises(ApprovalError, match="the form of 'manager' does not fit") as refused:
                await asks.approvals.redeem(token, form=form)
            assert not isinstance(refused.value, LinkError)
        await asks.approvals.redeem(token, form={"amount": 5})
        assert await execution.result() == [True, None, "", {"amount": 5}]


async def test_a_link_of_nobody_listed(do: TestDo, serve: Serve) -> None:
    """A link made early by somebody whom the run does not list decides nothing, is not used up, and the run waits on."""
    opened = threading.Event()

    @do.action.create(name="gate")
    def gate() -> None:
        opened.wait()

    @do.workflow.create(name="lists")
    async def lists(trigger: Trigger) -> Any:
        await do.action.run("gate")
        return (await do.wait_for_approval("manager", approvers=["ann"])).by

    async with serve():
        execution = await do.workflows.start("lists")
        token = await do.approvals.link(execution.id, "manager", approved=True, by="eve")
        opened.set()
        await waits(execution)
        for _ in range(2):
            with pytest.raises(ApprovalError, match="'eve' is not among the approvers of 'manager': ann"):
                await do.approvals.redeem(token)
        for by in ("eve", None):
            with pytest.raises(ApprovalError, match="a link for 'manager' must say by= which of its approvers"):
                await do.approvals.link(execution.id, "manager", by=by)
        await execution.approve(by="ann")
        assert await execution.result() == "ann"


async def test_another_decision_was_faster(asks: TestDo, serve: Serve) -> None:
    """A link for what somebody has decided meanwhile is refused with who it was, not as used."""

    @asks.workflow.create(name="stays")
    async def stays(trigger: Trigger) -> Any:
        by = (await asks.wait_for_approval("manager")).by
        await anext(asks.signals("end"))
        return by

    async with serve():
        execution = await asking(asks, "stays")
        token = await asks.approvals.link(execution.id, "manager", approved=True, by="eve")
        await execution.reject("manager", by="ann")
        with pytest.raises(ApprovalError, match="'manager' is decided already: rejected by ann") as refused:
            await asks.approvals.redeem(token)
        assert not isinstance(refused.value, LinkError)
        await execution.signal("end")
        assert await execution.result() == "ann"
        with pytest.raises(ApprovalError, match="has ended") as ended:
            await asks.approvals.redeem(token)
        assert not isinstance(ended.value, LinkError)


async def test_a_link_of_an_earlier_run(asks: TestDo, serve: Serve) -> None:
    """Started again under its id, the run is another: the link does nothing to it, whether or not a worker runs."""
    async with serve():
        first = await asks.workflows.start("asks", {}, id=f"again-{asks.uuid()}")
        await waits(first)
        token = await asks.approvals.link(first.id, "manager", approved=True)
        await first.terminate()
        second = await asks.workflows.start("asks", {}, id=first.id)
        await waits(second)
        assert await reason(asks.approvals.redeem(token)) == "other run"
    assert await reason(asks.approvals.redeem(token)) == "other run"
    assert [wait.name for wait in (await second.status()).waiting_for] == ["manager"]
    await second.terminate()


async def test_a_link_for_another_run(asks: TestDo, serve: Serve) -> None:
    """Where the redeemer knows which run is meant, a link for another is refused, and not used up."""
    async with serve():
        mine, other = await asking(asks), await asking(asks)
        token = await asks.approvals.link(other.id, "manager", approved=True)
        assert await reason(asks.approvals.redeem(token, execution_id=mine.id)) == "other run"
        await asks.approvals.redeem(token, execution_id=other.id)
        assert (await other.result())[0] is True
        assert [wait.name for wait in (await mine.status()).waiting_for] == ["manager"]
        await mine.terminate()


async def test_a_link_goes_along_with_a_run_that_continues(do: TestDo, serve: Serve) -> None:
    """A run that continues as new is the same to a link, and remembers which were used."""

    @do.workflow.create(name="rounds")
    async def rounds(trigger: Trigger) -> Any:
        names = trigger.payload
        by = (await do.wait_for_approval(names[0])).by
        if len(names) > 1:
            await do.continue_as_new(names[1:])
        return by

    async with serve():
        execution = await do.workflows.start("rounds", ["first", "second"])
        await waits(execution, "first")
        first = await do.approvals.link(execution.id, "first", approved=True, by="ann")
        second = await do.approvals.link(execution.id, "second", approved=True, by="bob")
        await do.approvals.redeem(first)
        await waits(execution, "second")
        assert await reason(do.approvals.redeem(first)) == "used"
        await do.approvals.redeem(second)
        assert await execution.result() == "bob"


async def test_a_link_is_for_the_question_that_is_open(do: TestDo, serve: Serve) -> None:
    """Of a name that is asked again a link means the question that was open when it was made."""

    @do.workflow.create(name="twice")
    async def twice(trigger: Trigger) -> Any:
        return [(await do.wait_for_approval("manager")).by, (await do.wait_for_approval("manager")).by]

    async with serve():
        execution = await asking(do, "twice")
        await execution.approve(by="ann")
        await waits(execution, "manager#2")
        token = await do.approvals.link(execution.id, "manager", approved=True, by="bob")
        carries = opened(do, token).carries
        assert isinstance(carries, DecisionLink)
        assert carries.name == "manager#2"
        await do.approvals.redeem(token)
        assert await execution.result() == ["ann", "bob"]


async def test_forged_and_expired_links_do_nothing(asks: TestDo, serve: Serve) -> None:
    """A changed token, one of other keys, and one whose time is over are refused; the run waits on."""
    async with serve():
        execution = await asking(asks)
        token = await asks.approvals.link(execution.id, "manager", approved=True)
        link = opened(asks, token)
        over = Link(link.id, link.namespace, asks.now() - timedelta(seconds=1), link.carries)
        tokens = {
            "forged": [token[:-1], f"{token}x", "", "x.y.z", sign_link(link, LinkKeys(KEY[::-1].encode()))],
            "expired": [sign_link(over, LinkKeys(KEY.encode()))],
        }
        got = {why: {await reason(asks.approvals.redeem(t)) for t in given} for why, given in tokens.items()}
        assert got == {"forged": {"forged"}, "expired": {"expired"}}
        assert [wait.name for wait in (await execution.status()).waiting_for] == ["manager"]
        await execution.terminate()


async def test_keys_rotate(asks: TestDo, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a new key put first, links of the old one are good until it is taken out."""
    async with serve():
        execution = await asking(asks)
        token = await asks.approvals.link(execution.id, "manager", approved=True)
        monkeypatch.setenv("DO_LINK_KEYS", KEY[::-1])
        assert await reason(asks.approvals.redeem(token)) == "forged"
        monkeypatch.setenv("DO_LINK_KEYS", f"{KEY[::-1]},{KEY}")
        await asks.approvals.redeem(token)
        assert (await execution.result())[0] is True


async def test_a_link_tells_of_an_event(do: TestDo, serve: Serve) -> None:
    """Redeemed by ten at once, the event is emitted once, with the link's id; it wakes who waits, and the rest is told 'used'."""

    @do.workflow.create(name="confirms")
    async def confirms(trigger: Trigger) -> Any:
        event = await do.wait_for_event("link.clicked", match={"user": 7})
        return [event.id, event.payload]

    async with serve():
        execution = await do.workflows.start("confirms")
        await waits(execution, "link.clicked")
        token = await do.approvals.link(event="link.clicked", payload={"user": 7}, expires="30d")
        outcomes = await asyncio.gather(*(do.approvals.redeem(token) for _ in range(10)), return_exceptions=True)
        reasons = [outcome.reason for outcome in outcomes if isinstance(outcome, LinkError)]
        emitted = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
        link = opened(do, token)
        assert await execution.result() == [link.id, {"user": 7}]
        assert (reasons, [emission.id for emission in emitted]) == (["used"] * 9, [link.id])  # type: ignore[union-attr]
        assert await reason(do.approvals.redeem(token)) == "used"


async def test_an_event_is_remembered_for_as_long_as_its_link(do: TestDo) -> None:
    """The event of a link that lives longer than events are kept is kept as long, or it could be emitted again."""
    async with do.worker():
        token = await do.approvals.link(event=(name := f"clicked-{do.uuid()}"), expires="90d")
        await do.approvals.redeem(token)
    async with do.database.transaction(EVENTS, read_only=True) as connection:
        expires = await connection.scalar(select(events.c.expires).where(events.c.name == name))
    assert int(expires or 0) > opened(do, token).expires.timestamp() * 1_000_000


async def test_a_refused_event_does_not_use_its_link(do: TestDo) -> None:
    """A payload that fits nobody is refused; once somebody takes it, the same link does it."""

    @do.workflow.create(name="strict", input=Limit, trigger={"event": "limit.set"})
    async def strict(trigger: Trigger) -> None: ...

    async with do.worker():
        token = await do.approvals.link(event="limit.set", payload={"user": 7})
        with pytest.raises(InputError, match="fits none of the workflows that it starts"):
            await do.approvals.redeem(token)

        @do.workflow.create(name="lax", trigger={"event": "limit.set"})
        async def lax(trigger: Trigger) -> None: ...

        emitted = await do.approvals.redeem(token)
    assert emitted.started == [f"lax/{opened(do, token).id}"]  # type: ignore[union-attr]


async def test_where_links_are_made_and_redeemed(do: TestDo, serve: Serve) -> None:
    """An action may make one and not redeem it; a workflow's handler may do neither, as its history would hold the token."""

    @do.action.create(name="invite", retry=1)
    async def invite(execution_id: str) -> str:
        return await do.approvals.link(execution_id, "manager", approved=True)

    @do.action.create(name="redeems", retry=1)
    async def redeems(token: str) -> None:
        await do.approvals.redeem(token)

    @do.workflow.create(name="handles")
    async def handles(trigger: Trigger) -> None:
        if trigger.payload["making"]:
            await do.approvals.link(trigger.id, "manager")
        else:
            await do.approvals.redeem("x.y.z")

    @do.workflow.create(name="asks")
    async def asks(trigger: Trigger) -> Any:
        return (await do.wait_for_approval("manager")).approved

    async with serve():
        for making, what in ((True, "make a link"), (False, "redeem a link")):
            with pytest.raises(Exception, match=f"workflow 'handles' cannot {what}") as refused:
                await do.workflows.execute("handles", {"making": making})
            assert isinstance(refused.value.cause, DefinitionError)  # type: ignore[attr-defined]
        execution = await asking(do)
        token = await do.action.run("invite", execution_id=execution.id)
        with pytest.raises(ActionNestingError, match="action 'redeems' tried to redeem a link"):
            await do.action.run("redeems", token=token)
        await do.approvals.redeem(token)
        assert await execution.result() is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "a link is for a decision"),
        ({"execution_id": "x"}, "a link is for a decision"),
        ({"name": "manager"}, "a link is for a decision"),
        ({"execution_id": "x", "name": "manager", "payload": {}}, "a link is for a decision"),
        ({"event": "e", "name": "manager"}, "a link is for a decision"),
        ({"event": "e", "approved": True}, "a link is for a decision"),
        ({"event": "e", "expires": 0}, "expires=0 is not between nothing and 3650 days"),
        ({"event": "e", "expires": "soon"}, "expires='soon' is not a duration"),
        ({"event": ""}, "the event's name must be text"),
        ({"event": "e", "payload": object()}, "cannot be written as JSON"),
        ({"event": "e", "payload": "x" * 5_000}, "the link would have"),
        ({"execution_id": "", "name": "manager"}, "the execution id must be text"),
        ({"execution_id": "x", "name": ""}, "the approval's name must be text"),
        ({"execution_id": "x", "name": "manager", "approved": "yes"}, "approved='yes' is True or False"),
        ({"execution_id": "x", "name": "manager", "by": 7}, "the by must be text"),
    ],
)
async def test_links_that_cannot_be_meant(do: TestDo, arguments: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused at once, before anything is asked of the server."""
    with pytest.raises(InputError, match=message):
        await do.approvals.link(**arguments)


@pytest.mark.parametrize(
    "said",
    [{"approved": True}, {"comment": "x"}, {"form": {}}, {"execution_id": "x"}],
    ids=lambda said: next(iter(said)),
)
async def test_an_event_takes_no_answer(do: TestDo, said: dict[str, Any]) -> None:
    """What belongs to a decision is refused with an event's link, which is not used up by that."""
    token = await do.approvals.link(event="link.clicked")
    with pytest.raises(InputError, match="this link tells of an event"):
        await do.approvals.redeem(token, **said)


async def test_runs_that_ask_nothing(asks: TestDo) -> None:
    """A link for a run that does not exist or has ended is refused when it is made; without keys, always."""
    with pytest.raises(NotFoundError):
        await asks.approvals.link("nowhere", "manager")
    ended = await asks.workflows.start("asks", {})
    await ended.terminate()
    with pytest.raises(ApprovalError, match="has ended"):
        await asks.approvals.link(ended.id, "manager")


async def test_without_keys(do: TestDo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without keys a link is neither made nor redeemed, and the message says what to set."""
    monkeypatch.delenv("DO_LINK_KEYS")
    for call in (do.approvals.link(event="e"), do.approvals.link("x", "manager"), do.approvals.redeem("x.y.z")):
        with pytest.raises(DefinitionError, match="links need DO_LINK_KEYS"):
            await call
