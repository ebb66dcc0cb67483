"""The welcome mail and the click on its link, days later, on a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from activities import read_outbox
from activities.parts.users import find_user_by_email
from dosdk_temporal.testing import TestDo

JANE = {"email": "jane.doe@acme.example", "name": "Jane Doe"}


@pytest.fixture
async def serving(do: TestDo) -> AsyncIterator[TestDo]:
    """A client with a worker that serves the whole business."""
    async with do.worker("activities", "workflows"):
        yield do


def outbox() -> list[tuple[str, str]]:
    """Recipient and subject of each delivery."""
    return [(delivery.to, delivery.subject) for delivery in read_outbox()]


async def test_the_click_goes_on_where_the_mail_left_off(serving: TestDo) -> None:
    """An event starts the run; another's click is not this user's; the user's own sets the profile up."""
    emitted = await serving.events.emit("user.registered", JANE)
    (started,) = emitted.started
    run = serving.workflows.get(started)
    while not (await run.status()).waiting_for:
        pass
    user = await find_user_by_email(JANE["email"])
    assert user is not None
    assert (await serving.events.emit("welcome-link.clicked", {"userId": "usr_other"})).woken == []
    assert (await serving.events.emit("welcome-link.clicked", {"userId": user.id})).woken == [started]
    result = await run.result()
    assert (result["userId"], result["status"]) == (user.id, "confirmed")
    assert outbox() == [("jane.doe@acme.example", "Welcome to .do!")]
    known = await find_user_by_email(JANE["email"])
    assert known is not None
    assert known.profile is not None


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
