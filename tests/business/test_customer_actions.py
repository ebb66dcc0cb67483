"""The actions of the documented onboarding and review, called as the plain functions they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from activities import (
    announce_reviews,
    collect_customer_metrics,
    schedule_kickoff_call,
    send_business_review,
    send_personalized_email,
    send_scheduling_link,
    setup_customer_account,
)
from activities.accounts import NewAccount
from activities.kickoff import Kickoff
from activities.letters import Letter
from activities.parts.customers import ensure_customer, get_customer
from activities.parts.derived import derived_id
from activities.parts.outbox import read_outbox
from activities.reviews import Review, Reviews, WantedFigures
from dosdk_temporal import ActionContext
from dosdk_temporal.errors import ActionError
from tests.business.http_peer import HttpPeer, Request

Attempt = Callable[..., ActionContext]

KEY = "run-1/step"
ADA, GRACE = "ada@acme.example", "grace@do.example"
ACCOUNT = {"email": ADA, "company": "Acme", "account_url": "https://app.acme.example", "plan": "enterprise"}


async def test_an_account_is_set_up(attempt: Attempt, service: HttpPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service's answer is the result, and the customer's row."""
    monkeypatch.setenv("DO_ACCOUNTS_URL", service.url)
    answer = {"customerEmail": "Ada@acme.example", "companyName": "Acme", "accountUrl": "https://app.acme.example"}
    service.will_answer((200, json.dumps({**answer, "more": 1})))
    made = await setup_customer_account(NewAccount(customer_id="cust_1", plan="starter"), attempt())
    assert made == {**answer, "customerId": "cust_1", "customerEmail": ADA}
    assert service.requests == [Request("/", KEY, {"customerId": "cust_1", "plan": "starter"})]
    assert (await get_customer("cust_1")).company == "Acme"


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("ok", "customerEmail, companyName, accountUrl"),
        ('{"customerEmail": "ada", "companyName": "Acme", "accountUrl": "app"}', "customerEmail, accountUrl"),
    ],
)
async def test_what_is_no_account(
    answer: str, wrong: str, attempt: Attempt, service: HttpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that lacks what an account needs is refused for good, naming it, and no row is written."""
    monkeypatch.setenv("DO_ACCOUNTS_URL", service.url)
    service.will_answer((200, answer))
    with pytest.raises(ActionError, match=rf"answered without what an account needs: {wrong}$") as refused:
        await setup_customer_account(NewAccount(customer_id="cust_1", plan="starter"), attempt())
    assert not refused.value.retryable
    with pytest.raises(ActionError, match="there is no customer 'cust_1'"):
        await get_customer("cust_1")


async def test_a_letter_is_filled_once(attempt: Attempt) -> None:
    """What stands in the places of a template is text, also where it looks like a place; one key is one mail."""
    variables = {"companyName": "{accountUrl}", "industry": "toys", "accountUrl": "https://x.example", "more": "unused"}
    letter = Letter.model_validate({"to": ADA, "template": "welcome", "variables": variables})
    sent = await send_personalized_email(letter, attempt())
    assert await send_personalized_email(letter, attempt(number=2)) == sent
    (mail,) = read_outbox()
    assert (mail.to, mail.subject, mail.body.splitlines()[0]) == (ADA, "Welcome to .do!", "Hi {accountUrl},")
    assert sent == {"success": True, "messageId": f"<{derived_id('mail', KEY)}@localhost>"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"template": "welcom"},
            "there is no template 'welcom', there are 'welcome', 'scheduling-link', 'business-review'",
        ),
        ({"template": "welcome"}, "wants to know 'companyName', 'accountUrl', 'industry' in 'variables'"),
        ({"template": "scheduling-link", "variables": {"link": "x"}}, "wants to know 'topics' in 'variables'"),
    ],
)
def test_no_letter(given: Mapping[str, Any], told: str) -> None:
    """A template that is not there, or that lacks what it wants to know, is refused with what would do."""
    with pytest.raises(ValidationError) as refused:
        Letter.model_validate({"to": ADA, **given})
    assert told in str(refused.value)


async def test_a_call_in_the_outbox(attempt: Attempt) -> None:
    """Without a calendar the call lies in the outbox, under an id of our own and without a time."""
    asked = Kickoff(customer_email=ADA, account_manager_email=GRACE, suggested_topics=["Success metrics"])
    called = await schedule_kickoff_call(asked, attempt())
    assert called == {"success": True, "callId": derived_id("call", KEY), "startsAt": None}
    (told,) = read_outbox()
    assert (told.channel, told.to, told.body["attendees"], told.body["topics"]) == (
        "calendar",
        "the calendar",
        [ADA, GRACE],
        ["Success metrics"],
    )


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("", "mailto:grace@do.example?subject=Kick-off%20call"),
        ("https://cal.example.com/book", "https://cal.example.com/book?with=grace%40do.example"),
        ("https://cal.example.com/?team=1", "https://cal.example.com/?team=1&with=grace%40do.example"),
    ],
)
async def test_a_scheduling_link(page: str, link: str, attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    """The customer gets a link to the page where times are chosen, or to write to the manager, with the topics."""
    monkeypatch.setenv("DO_SCHEDULING_URL", page)
    sent = await send_scheduling_link(
        Kickoff(customer_email=ADA, account_manager_email=GRACE, suggested_topics=["One", "Two"]), attempt()
    )
    (mail,) = read_outbox()
    assert (sent["link"], mail.to, f": {link}\n" in mail.body, "- One\n- Two\n" in mail.body) == (link, ADA, True, True)


@pytest.mark.parametrize("answer", ["[1]", '{"usage": "many"}', "none"])
async def test_what_are_no_figures(
    answer: str, attempt: Attempt, service: HttpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A metrics service that answers anything but numbers by name is refused for good."""
    monkeypatch.setenv("DO_METRICS_URL", service.url)
    await ensure_customer("cust_1", **ACCOUNT)
    service.will_answer((200, answer))
    with pytest.raises(ActionError, match="answered something that is not numbers by name") as refused:
        await collect_customer_metrics(WantedFigures(customer_id="cust_1", metrics=["usage"]), attempt())
    assert not refused.value.retryable


async def test_figures_that_were_not_asked_for(
    attempt: Attempt, service: HttpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the figures that are wanted come back, and one that the service does not know is None."""
    monkeypatch.setenv("DO_METRICS_URL", service.url)
    await ensure_customer("cust_1", **ACCOUNT)
    service.will_answer((200, '{"usage": 3, "weather": 1}'))
    wanted = WantedFigures(customer_id="cust_1", metrics=["usage", "satisfaction"])
    assert await collect_customer_metrics(wanted, attempt()) == {"metrics": {"usage": 3, "satisfaction": None}}


async def test_a_review_of_a_customer_with_a_line_in_its_name(attempt: Attempt) -> None:
    """A company's name cannot add a line to the subject; without a manager the review goes to the team."""
    await ensure_customer("cust_1", **{**ACCOUNT, "company": "Acme\r\nBcc: all@acme.example"})
    sent = await send_business_review(Review(customer_id="cust_1", metrics={"usage": 2.5}), attempt())
    (mail,) = read_outbox()
    assert (sent["to"], mail.subject) == (
        "account-managers@example.com",
        "Business review: Acme Bcc: all@acme.example",
    )
    assert "\nusage: 2.5\n" in mail.body


async def test_reviews_are_counted(attempt: Attempt, service: HttpPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack is told how many reviews went out, and how many did not."""
    monkeypatch.setenv("DO_SLACK_WEBHOOK_URL", service.url)
    reviews: list[dict[str, Any]] = [{"to": GRACE}, {"error": {"type": "X", "message": "y"}}, {"to": GRACE}]
    counted = await announce_reviews(Reviews(segment="starter", reviews=reviews), attempt())
    assert counted == {"sent": 2, "failed": 1}
    assert service.requests == [
        Request("/", KEY, {"text": "Business reviews of starter: 2 sent; 1 could not be sent."})
    ]
