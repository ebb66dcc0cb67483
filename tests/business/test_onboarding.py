"""The documented onboarding, on a real server, to its end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from activities import Delivery, read_outbox
from activities.parts.users import find_user_by_email
from dosdk_temporal.errors import ActionError, InputError
from dosdk_temporal.testing import TestDo
from tests.business.http_peer import HttpPeer

JANE = "jane.doe@acme.example"
ALERT = "Onboarding workflow failed during execution."


def outbox() -> list[tuple[str, str, str]]:
    """Channel, recipient and subject of each delivery."""
    return [(delivery.channel, delivery.to, delivery.subject) for delivery in read_outbox()]


async def test_customer_is_onboarded(serving: TestDo, capfd: pytest.CaptureFixture[str]) -> None:
    """A new user gets a row, a welcome by the guessed name and a task in the CRM, and the run says completed."""
    assert await serving.workflows.execute("new-user-onboarding", {"email": JANE}) == {"status": "completed"}
    user = await find_user_by_email(JANE)
    assert user is not None
    mail, task = read_outbox()
    assert (mail.channel, mail.to, mail.body.splitlines()[0]) == ("mail", JANE, "Hi Jane Doe, welcome aboard!")
    assert replace(task, time="", key="") == Delivery(
        "crm",
        to="the CRM",
        subject="Follow up with new user in 7 days.",
        body={"userId": user.id, "task": "Follow up with new user in 7 days."},
        key="",
    )
    assert capfd.readouterr().out == f"Starting onboarding for: {JANE}\n"


async def test_user_whom_nobody_knows_gets_no_mail(
    serving: TestDo, service: HttpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where enrichment has no success the mail is skipped, and the CRM still gets its task."""
    monkeypatch.setenv("DO_ENRICH_URL", service.url)
    service.will_answer((200, "{}"))
    await serving.workflows.execute("new-user-onboarding", {"email": JANE})
    assert outbox() == [("crm", "the CRM", "Follow up with new user in 7 days.")]


async def test_failure_becomes_an_alert(
    serving: TestDo, service: HttpPeer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where the CRM refuses for good, the workflow says why, support is alerted, and the run completes."""
    monkeypatch.setenv("DO_CRM_URL", service.url)
    service.will_answer((403, "no licence"))
    assert await serving.workflows.execute("new-user-onboarding", {"email": JANE}) == {"status": "completed"}
    assert outbox() == [("mail", JANE, "Welcome to .do!"), ("alerts", "support alerting", ALERT)]
    assert len(service.requests) == 1
    assert "Onboarding workflow failed. the CRM (DO_CRM_URL) answered 403: no licence\n" in capfd.readouterr().out


async def test_passing_trouble_is_retried_under_one_key(
    serving: TestDo, service: HttpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A CRM that fails and recovers is asked again under the same key, and nobody is alerted."""
    monkeypatch.setenv("DO_CRM_URL", service.url)
    service.will_answer((500, "restarting"), (200, "ok"))
    await serving.workflows.execute("new-user-onboarding", {"email": JANE})
    first, second = service.requests
    assert first == second
    assert outbox() == [("mail", JANE, "Welcome to .do!")]


async def test_refusals_reach_the_caller(serving: TestDo) -> None:
    """What an action refuses is what its caller reads, at the first attempt."""
    with pytest.raises(ActionError, match=r"^User not found\.$") as refused:
        await serving.action("send-welcome-email").invoke({"userId": "usr_12345"})
    assert (refused.value.action, refused.value.attempts) == ("send-welcome-email", 1)
    with pytest.raises(InputError, match="nobody is named as recipient"):
        await serving.action.execute(name="send-welcome-email", params={})
