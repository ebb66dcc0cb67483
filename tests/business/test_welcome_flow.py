"""The welcome mail and the click on its link, days later, on a real server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from activities.parts.users import find_user_by_email
from dosdk_temporal import WorkflowError
from dosdk_temporal.testing import TestDo
from tests.business.outbox import outbox

JANE = {"email": "jane.doe@acme.example", "name": "Jane Doe"}


def record(user_id: str, status: str, *, sent: bool = False, set_up: bool = False) -> dict[str, Any]:
    """What the Datastore keeps of a user."""
    return {"userId": user_id, "status": status, "welcomeEmailSent": sent, "profileSetup": set_up}


async def test_the_click_goes_on_where_the_mail_left_off(serving: TestDo) -> None:
    """An event starts the run; another's click is not this user's; the user's own sets the profile up."""
    emitted = await serving.events.emit("user.registered", JANE)
    (started,) = emitted.started
    run = serving.workflows.get(started)
    while not (await run.status()).waiting_for:
        pass
    user = await find_user_by_email(JANE["email"])
    assert user is not None
    assert await serving.datastore.namespace("users").get(user.id) == record(user.id, "email_sent", sent=True)
    assert (await serving.events.emit("welcome-link.clicked", {"userId": "usr_other"})).woken == []
    assert (await serving.events.emit("welcome-link.clicked", {"userId": user.id})).woken == [started]
    result = await run.result()
    assert (result["userId"], result["status"]) == (user.id, "confirmed")
    assert outbox() == [("jane.doe@acme.example", "Welcome to .do!")]
    known = await find_user_by_email(JANE["email"])
    assert known is not None
    assert known.profile is not None
    users = serving.datastore.namespace("users")
    assert [entry.value for entry in reversed(await users.history(user.id))] == [
        record(user.id, "registered"),
        record(user.id, "email_sent", sent=True),
        record(user.id, "confirmed", sent=True, set_up=True),
    ]


async def test_two_weeks_without_a_click(serving: TestDo, time_skipper: Any) -> None:
    """After two weeks somebody is to call, and the run says how far the user came."""
    run = await serving.workflows.start("welcome-new-user", JANE)
    result = await run.result()
    user = await find_user_by_email(JANE["email"])
    assert user is not None
    assert result == {"userId": user.id, "status": "email_sent", "clickedAt": None}
    assert outbox() == [
        ("jane.doe@acme.example", "Welcome to .do!"),
        ("the CRM", "Has not confirmed in two weeks: call."),
    ]
    status = await run.status()
    assert status.closed_at is not None
    assert status.closed_at - status.started_at > timedelta(days=14)


async def test_a_user_is_mailed_once(serving: TestDo, time_skipper: Any) -> None:
    """Who signs up again is not mailed again: the flag that the first run set is there for the second."""
    await serving.workflows.execute("welcome-new-user", JANE)
    await serving.workflows.execute("welcome-new-user", JANE)
    assert [to for to, _ in outbox()].count(JANE["email"]) == 1


async def test_a_mail_that_fails_leaves_the_record(do: TestDo, time_skipper: Any) -> None:
    """Tried again for a day and given up, the mail is still to be done; a later run does it."""
    failures = [ConnectionError("the mail service is down")] * 15

    def send(**_: str) -> dict[str, Any]:
        if failures:
            raise failures.pop()
        return {"success": True, "messageId": "xyz-123"}

    sent = do.mock("send-welcome-email", returns=send)
    async with do.worker("activities", "workflows"):
        run = await do.workflows.start("welcome-new-user", JANE)
        with pytest.raises(WorkflowError, match="the mail service is down"):
            await run.result()
        failed = await run.status()
        user = await find_user_by_email(JANE["email"])
        assert user is not None
        before = await do.datastore.namespace("users").entry(user.id)
        await do.workflows.execute("welcome-new-user", JANE)
    after = await do.datastore.namespace("users").entry(user.id)
    assert before is not None
    assert after is not None
    assert (before.version, before.value) == (1, record(user.id, "registered"))
    assert (after.version, after.value) == (2, record(user.id, "email_sent", sent=True))
    assert (len(sent), failed.closed_at is not None and failed.closed_at - failed.started_at > timedelta(days=1)) == (
        16,
        True,
    )
