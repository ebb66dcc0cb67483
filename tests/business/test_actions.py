"""The business actions, called as the plain functions they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from activities import (
    create_crm_task,
    create_support_alert,
    create_user_in_db,
    enrich_user_profile,
    notify_sales_on_slack,
    send_welcome_email,
    setup_billing_account,
)
from activities.billing import BilledUser
from activities.crm import NewTask
from activities.parts.billing import ensure_billing_account
from activities.parts.derived import derived_id
from activities.parts.outbox import Delivery, read_outbox
from activities.parts.users import User, ensure_user, find_user
from activities.slack import NewCustomer
from activities.support import Trouble
from activities.users import NewUser, UserToEnrich
from activities.welcome import Welcome
from dosdk_temporal import ActionContext
from dosdk_temporal.errors import ActionError
from tests.business.http_peer import HttpPeer, Request

Attempt = Callable[..., ActionContext]

KEY = "run-1/step"
JANE = "jane.doe@acme.example"
HELLO = "Hi {name}, welcome aboard!\n"


def outbox() -> list[Delivery]:
    """What is in the outbox, without the time it was written."""
    return [replace(delivery, time="") for delivery in read_outbox()]


async def test_create_user_in_db() -> None:
    """A user is created once, and the id is the same each time."""
    inputs = NewUser.model_validate({"name": "Jane Doe", "email": "Jane.Doe@acme.example"})
    created = await create_user_in_db(inputs)
    assert await create_user_in_db(inputs) == created
    assert await find_user(created["userId"]) == User(created["userId"], JANE, "Jane Doe", None)
    assert created == {"success": True, "userId": created["userId"]}


async def test_setup_billing_account() -> None:
    """An account is set up once, and is the one in the database."""
    account = await setup_billing_account(BilledUser.model_validate({"email": JANE}))
    assert await setup_billing_account(BilledUser.model_validate({"email": JANE})) == account
    stored = await ensure_billing_account(JANE)
    assert account == {"success": True, "accountId": stored.id, "plan": stored.plan}


async def test_enrich_user_profile(attempt: Attempt) -> None:
    """The user's row is created with the profile, which a second attempt finds again."""
    inputs = UserToEnrich.model_validate({"email": JANE})
    profile = {
        "name": "Jane Doe",
        "domain": "acme.example",
        "company": "Acme",
        "knownColleagues": 0,
        "source": "derived",
    }
    enriched = await enrich_user_profile(inputs, attempt())
    assert enriched == {"success": True, "userId": enriched["userId"], "email": JANE, "profile": profile}
    assert await find_user(enriched["userId"]) == User(enriched["userId"], JANE, None, profile)
    assert (await enrich_user_profile(inputs, attempt(number=2)))["userId"] == enriched["userId"]


async def test_enrich_user_whom_nobody_knows(
    attempt: Attempt, service: HttpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user whom the service does not know has a row, no profile, and no success."""
    monkeypatch.setenv("DO_ENRICH_URL", service.url)
    service.will_answer((200, "{}"))
    enriched = await enrich_user_profile(UserToEnrich.model_validate({"email": JANE}), attempt())
    assert enriched == {"success": False, "userId": enriched["userId"], "email": JANE, "profile": None}
    assert await find_user(enriched["userId"]) == User(enriched["userId"], JANE, None, None)


@pytest.mark.parametrize("field", ["userId", "recipientId"])
async def test_welcome_by_id(field: str, attempt: Attempt) -> None:
    """A user named by id, in either spelling, gets the mail at the address in the database, once a key."""
    jane = await ensure_user(JANE, name="Jane")
    inputs = Welcome.model_validate({field: jane.id})
    sent = await send_welcome_email(inputs, attempt())
    assert await send_welcome_email(inputs, attempt(number=2)) == sent
    assert outbox() == [Delivery("mail", JANE, "Welcome to .do!", HELLO.format(name="Jane"), KEY)]
    assert sent == {"success": True, "messageId": f"<{derived_id('mail', KEY)}@localhost>"}


@pytest.mark.parametrize(
    ("given", "known", "greeted"),
    [
        ({"email": JANE, "name": "Jane Doe"}, {}, "Jane Doe"),
        ({"email": JANE, "name": "Dr. Doe"}, {"name": "Jane"}, "Dr. Doe"),
        ({"recipientEmail": JANE}, {"name": "Jane"}, "Jane"),
        ({"recipientEmail": JANE}, {"profile": {"name": "Jane Doe"}}, "Jane Doe"),
        ({"recipientEmail": JANE}, {}, "there"),
    ],
)
async def test_welcome_by_address(
    given: Mapping[str, str], known: Mapping[str, Any], greeted: str, attempt: Attempt
) -> None:
    """An address, in either spelling, gets the mail, with the name given, else the name known, else none."""
    if known:
        await ensure_user(JANE, **known)
    await send_welcome_email(Welcome.model_validate(given), attempt())
    assert outbox() == [Delivery("mail", JANE, "Welcome to .do!", HELLO.format(name=greeted), KEY)]


@pytest.mark.parametrize(
    ("template", "subject"),
    [
        ("welcome", "Welcome to .do!"),
        ("welcome-standard", "Welcome to .do!"),
        ("new-user-welcome-v1", "Your .do account is ready"),
    ],
)
async def test_welcome_templates(template: str, subject: str, attempt: Attempt) -> None:
    """Each documented template exists, and greets by name."""
    await send_welcome_email(
        Welcome.model_validate({"email": JANE, "name": "{name} {0}", "template": template}), attempt()
    )
    (delivery,) = outbox()
    assert delivery.subject == subject
    assert delivery.body.startswith("Hi {name} {0},")


async def test_welcome_to_nobody(attempt: Attempt) -> None:
    """An id that is nobody's is refused in the documented words, for good."""
    with pytest.raises(ActionError) as caught:
        await send_welcome_email(Welcome.model_validate({"userId": "usr_12345"}), attempt())
    assert (caught.value.message, caught.value.retryable) == ("User not found.", False)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "nobody is named as recipient: give one of 'userId', 'recipientId', 'email' and 'recipientEmail'"),
        ({"name": "Jane"}, "nobody is named as recipient: give one of "),
        ({"userId": "usr_1", "email": JANE}, "more than one is named as recipient: give one of "),
        (
            {"email": JANE, "template": "welcom"},
            "there is no template 'welcom', there are 'new-user-welcome-v1', 'welcome', 'welcome-standard'",
        ),
        ({"email": "jane"}, "must be one e-mail address"),
    ],
)
def test_welcome_refused(given: Mapping[str, str], message: str) -> None:
    """Inputs that do not say whom to welcome, or how, are refused with what would do."""
    with pytest.raises(ValidationError) as caught:
        Welcome.model_validate(given)
    (fault,) = caught.value.errors()
    assert message in fault["msg"]


async def test_create_crm_task(attempt: Attempt, service: HttpPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The CRM gets the task under the step's key, and its id is the result."""
    monkeypatch.setenv("DO_CRM_URL", service.url)
    service.will_answer((201, '{"id": 17}'))
    given = {"userId": "usr_1", "task": "Follow up with new user in 7 days."}
    assert await create_crm_task(NewTask.model_validate(given), attempt()) == {"success": True, "taskId": "17"}
    assert service.requests == [Request("/", KEY, given)]


@pytest.mark.parametrize("said", ["", "created", "[1]", '{"status": "created"}'])
async def test_crm_that_gives_no_id(
    said: str, attempt: Attempt, service: HttpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A CRM that gives no id leaves the task one of our own."""
    monkeypatch.setenv("DO_CRM_URL", service.url)
    service.will_answer((200, said))
    created = await create_crm_task(NewTask(user_id="usr_1", task="call"), attempt())
    assert created == {"success": True, "taskId": derived_id("task", KEY)}


async def test_notify_sales_on_slack(attempt: Attempt, service: HttpPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack gets the message; a customer's name cannot address a channel."""
    monkeypatch.setenv("DO_SLACK_WEBHOOK_URL", service.url)
    text = "New customer: &lt;!channel&gt; &amp; Sons"
    sent = await notify_sales_on_slack(NewCustomer.model_validate({"customerName": "<!channel> & Sons"}), attempt())
    assert sent == {"success": True, "text": text}
    assert service.requests == [Request("/", KEY, {"text": text})]


async def test_create_support_alert(attempt: Attempt) -> None:
    """The alert names the customer, however the address is written, the reason and the run."""
    reason = "Onboarding workflow failed during execution."
    raised = await create_support_alert(
        Trouble.model_validate({"email": "not an address", "reason": reason}), attempt()
    )
    alert_id = derived_id("alert", KEY)
    payload = {"alertId": alert_id, "email": "not an address", "reason": reason, "executionId": "run-1"}
    assert raised == {"success": True, "alertId": alert_id}
    assert outbox() == [Delivery("alerts", "support alerting", reason, payload, KEY)]
