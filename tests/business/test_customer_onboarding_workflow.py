"""The documented onboarding of a customer, with its real functions, on a real server."""

from __future__ import annotations

import json
from typing import Any

import pytest

import workflows
from activities import read_outbox
from activities.parts.customers import Customer, get_customer
from dosdk_temporal import WorkflowError
from dosdk_temporal._pure.declarative.loading import load_definition
from dosdk_temporal._pure.metrics import Kpi
from dosdk_temporal.testing import TestDo
from tests.business.http_peer import HttpPeer, Request
from tests.business.smtp_peer import SmtpPeer
from tests.unit.definitions.onboarding import customerOnboardingWorkflow

CUSTOMER = {"customerId": "cust_12345", "plan": "professional", "industry": "healthcare", "companySize": "medium"}
ENTERPRISE = {**CUSTOMER, "plan": "enterprise", "companySize": "enterprise"}
ADA = "ada@acme.example"
ACCOUNT = json.dumps({"customerEmail": ADA, "companyName": "Acme", "accountUrl": "https://app.acme.example"})


@pytest.fixture
def connected(service: HttpPeer, mail_server: SmtpPeer, monkeypatch: pytest.MonkeyPatch) -> HttpPeer:
    """Everything configured: one service keeps accounts and calendars, mails go to a server, Grace knows healthcare."""
    monkeypatch.setenv("DO_ACCOUNTS_URL", f"{service.url}/accounts")
    monkeypatch.setenv("DO_CALENDAR_URL", f"{service.url}/calendar")
    monkeypatch.setenv("DO_SMTP_URL", f"smtp://{mail_server.address}")
    monkeypatch.setenv("DO_MAIL_FROM", "hello@do.example")
    monkeypatch.setenv("DO_ACCOUNT_MANAGERS", "Joe <joe@do.example>; healthcare: Grace Hopper <grace@do.example>")
    return service


def test_it_is_the_documents_text() -> None:
    """The file says what the document prints, word for word: the two are one definition."""
    registered = workflows.customer_onboarding_workflow
    loaded = load_definition("workflows/definitions/customer-onboarding.yaml")
    assert (loaded.text, registered.id) == (load_definition(customerOnboardingWorkflow).text, loaded.name)


async def test_a_customer_is_onboarded_with_nothing_configured(replayed: TestDo) -> None:
    """The documented call runs to its end: an account, a mail in the outbox, seats and a plan; no manager is needed."""
    run = await replayed.workflows.start("customerOnboardingWorkflow", CUSTOMER)
    plan = {
        "onboardingStatus": "in_progress",
        "nextSteps": [
            "Log in at https://customers.invalid/cust-12345",
            "Invite your colleagues: you have 50 seats",
            "Connect your calendar and mail",
            "Sign the agreement on patients' data",
        ],
        "estimatedTimeToValue": 14,
    }
    assert await run.result() == plan
    assert await get_customer("cust_12345") == Customer(
        id="cust_12345",
        email="cust-12345@customers.invalid",
        company="Customer cust_12345",
        account_url="https://customers.invalid/cust-12345",
        plan="professional",
        company_size="medium",
        industry="healthcare",
        seats=50,
        manager=None,
        success_plan=plan,
    )
    assert [(told.channel, told.to, told.subject) for told in read_outbox()] == [
        ("mail", "cust-12345@customers.invalid", "Welcome to .do!")
    ]
    status = await run.status(include_metrics=True)
    steps = {step.id: step.state for step in status.steps}
    assert [name for name, state in steps.items() if state == "skipped"] == ["assignAccountManager", "scheduleKickoff"]
    assert status.metrics is not None
    assert status.metrics.kpis == {
        "timeToFirstLogin": Kpi("Time from signup to first login", None),
        "onboardingCompletionRate": Kpi("Percentage of customers completing onboarding", 100.0),
        "timeToValue": Kpi("Time from signup to first value realization", None),
    }


async def test_an_enterprise_meets_its_manager(replayed: TestDo, connected: HttpPeer, mail_server: SmtpPeer) -> None:
    """An enterprise gets the manager who knows its industry, and a call in both calendars."""
    connected.will_answer((200, ACCOUNT), (200, '{"id": "call-7", "startsAt": "2026-02-02T09:00:00Z"}'))
    run = await replayed.workflows.start("customerOnboardingWorkflow", ENTERPRISE)
    output = await run.result()
    assert (output["accountManager"], output["onboardingStatus"], output["estimatedTimeToValue"]) == (
        "Grace Hopper",
        "in_progress",
        45,
    )
    opened, called = connected.requests
    assert (opened.path, opened.body) == ("/accounts", {"customerId": "cust_12345", "plan": "enterprise"})
    assert (called.path, called.body) == (
        "/calendar",
        {
            "title": "Kick-off call",
            "attendees": [ADA, "grace@do.example"],
            "topics": ["Implementation timeline", "Success metrics", "Training needs"],
            "minutes": 45,
        },
    )
    (mail,) = mail_server.mails
    assert (mail["To"], mail.get_content().splitlines()[0]) == (ADA, "Hi Acme,")
    connected.will_answer((200, ACCOUNT))
    again = await replayed.workflows.execute("customerOnboardingWorkflow", CUSTOMER | {"companySize": "enterprise"})
    assert again["accountManager"] == "Grace Hopper"


async def test_a_calendar_that_is_away(
    replayed: TestDo, connected: HttpPeer, mail_server: SmtpPeer, time_skipper: Any
) -> None:
    """The call is tried three times under one key; then the fallback mails a link, and the run completes."""
    connected.will_answer((200, ACCOUNT), *[(503, "maintenance")] * 3)
    run = await replayed.workflows.start("customerOnboardingWorkflow", ENTERPRISE)
    assert (await run.result())["onboardingStatus"] == "in_progress"
    assert connected.requests[1:] == [connected.requests[1]] * 3
    kickoff = next(step for step in (await run.status()).steps if step.id == "scheduleKickoff")
    assert (kickoff.state, kickoff.attempts, kickoff.error and kickoff.error.message) == (
        "fallback",
        3,
        "the calendar (DO_CALENDAR_URL) answered 503: maintenance",
    )
    assert [mail["Subject"] for mail in mail_server.mails] == ["Welcome to .do!", "Choose a time for your kick-off"]
    assert "mailto:grace@do.example?subject=Kick-off%20call" in mail_server.mails[1].get_content()


async def test_passing_trouble_is_tried_again(replayed: TestDo, connected: HttpPeer, time_skipper: Any) -> None:
    """Accounts that are away for a moment are asked again under the same key, and nothing is done twice."""
    connected.will_answer((502, "restarting"), (200, ACCOUNT))
    run = await replayed.workflows.start("customerOnboardingWorkflow", CUSTOMER)
    await run.result()
    first, second = connected.requests
    assert first == second == Request("/accounts", first.key, {"customerId": "cust_12345", "plan": "professional"})
    assert (await run.status()).steps[0].attempts == 2


async def test_no_account_ends_it(replayed: TestDo, connected: HttpPeer, mail_server: SmtpPeer) -> None:
    """What the accounts service refuses for good ends the run with its words, and nobody is welcomed."""
    connected.will_answer((403, "no licence"))
    with pytest.raises(WorkflowError) as failed:
        await replayed.workflows.execute("customerOnboardingWorkflow", CUSTOMER)
    said = "the accounts service (DO_ACCOUNTS_URL) answered 403: no licence"
    assert (failed.value.step, failed.value.action, said in str(failed.value)) == (
        "accountSetup",
        "setupCustomerAccount",
        True,
    )
    assert mail_server.mails == []
