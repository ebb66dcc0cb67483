"""The notification action, called as the plain function it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import ValidationError

from activities import send_notification
from activities.notification import Notification
from activities.parts.outbox import Delivery, read_outbox
from dosdk_temporal import ActionContext
from tests.business.http_peer import HttpPeer, Request
from tests.business.smtp_peer import SmtpPeer

Attempt = Callable[..., ActionContext]

KEY = "run-1/step"


def notification(to: str, subject: str = "Workflow 'review' failed", body: str = "<no luck> & more") -> Notification:
    """What the SDK gives."""
    given = {"to": to, "subject": subject, "body": body, "execution_id": "run-1", "kind": "onFailure"}
    return Notification.model_validate(given)


def outbox() -> list[Delivery]:
    """What is in the outbox, without the time it was written."""
    return [replace(delivery, time="") for delivery in read_outbox()]


async def test_nothing_configured(attempt: Attempt) -> None:
    """With nothing configured each recipient's notification lies in the outbox, once a key."""
    assert await send_notification(notification("Ops@example.com"), attempt()) == {"success": True, "channel": "mail"}
    for number in (1, 2):
        sent = await send_notification(notification("#ops"), attempt("run-1/other", number))
        assert sent == {"success": True, "channel": "slack"}
    payload = {"channel": "#ops", "text": "Workflow 'review' failed\n&lt;no luck&gt; &amp; more"}
    assert outbox() == [
        Delivery("mail", "ops@example.com", "Workflow 'review' failed", "<no luck> & more", KEY),
        Delivery("slack", "Slack", "#ops: Workflow 'review' failed", payload, "run-1/other"),
    ]


async def test_by_mail(attempt: Attempt, mail_server: SmtpPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address gets a mail, whose subject stays one line."""
    monkeypatch.setenv("DO_SMTP_URL", f"smtp://{mail_server.address}")
    monkeypatch.setenv("DO_MAIL_FROM", "do@example.com")
    await send_notification(notification("ops@example.com", subject="two\nlines"), attempt())
    (message,) = mail_server.mails
    assert (message["To"], message["Subject"], message.get_content().strip()) == (
        "ops@example.com",
        "two lines",
        "<no luck> & more",
    )


@pytest.mark.parametrize("to", ["#ops", "@jane"])
async def test_on_slack(to: str, attempt: Attempt, service: HttpPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A channel or a person on Slack gets a message that addresses nobody else."""
    monkeypatch.setenv("DO_SLACK_WEBHOOK_URL", service.url)
    await send_notification(notification(to, body="<!channel>"), attempt())
    text = "Workflow 'review' failed\n&lt;!channel&gt;"
    assert service.requests == [Request("/", KEY, {"channel": to, "text": text})]


@pytest.mark.parametrize("to", ["", " ", "ops", "a@b, c@d", "#", "#two words", "@"])
def test_no_recipient(to: str) -> None:
    """What is no address, channel or name is refused."""
    with pytest.raises(ValidationError):
        notification(to)
