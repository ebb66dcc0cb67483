"""The documented quarterly review and its schedule, with its real functions, on a real server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities import read_outbox
from activities.parts.customers import ensure_customer, update_customer
from dosdk_temporal import Execution, InputError
from dosdk_temporal._pure.metrics import Kpi
from dosdk_temporal.testing import TestDo
from tests.business.http_peer import HttpPeer, Request
from tests.business.smtp_peer import SmtpPeer
from workflows.schedules import QUARTERLY, schedule_reviews

REVIEW = "quarterlyBusinessReview"


@pytest.fixture(autouse=True)
async def _customers(business_home: Any) -> None:
    """Two enterprises, one of them looked after by Grace, and a starter."""
    for name, plan in (("acme", "enterprise"), ("ajax", "enterprise"), ("tiny", "starter")):
        await ensure_customer(
            f"cust_{name}", email=f"{name}@{name}.example", company=name.title(), account_url="https://x.example", plan=plan
        )  # fmt: skip
    await update_customer("cust_acme", {"manager": "grace@do.example", "seats": 100})


async def test_the_documented_schedule(replayed: TestDo) -> None:
    """On the first of a quarter each enterprise is reviewed, and those who are to know of start and end are told once each."""
    schedule = await schedule_reviews(replayed)
    try:
        assert {(time.month, time.day) for time in await schedule.next_times(4)} == {(1, 1), (4, 1), (7, 1), (10, 1)}
        quarter = datetime(2026, 4, 1, tzinfo=UTC)
        await schedule.backfill(quarter, quarter + timedelta(hours=1))
        run = await _only_run(replayed, schedule)
        assert await run.result() == {"customerSegment": "enterprise", "sent": 2, "failed": 0}
        again = await schedule_reviews(replayed)
    finally:
        await schedule.delete()
    status = await run.status(include_metrics=True)
    assert (again.outcome, status.input, status.metrics and status.metrics.kpis) == (
        "unchanged",
        QUARTERLY["input"],
        {
            "reviewsSent": Kpi("Reviews that reached an account manager", 2),
            "reviewsFailed": Kpi("Reviews that did not", 0),
        },
    )
    told = {(told.to, told.subject) for told in read_outbox()}
    assert told == {
        ("account-managers@example.com", f"Workflow '{REVIEW}' started"),
        ("grace@do.example", "Business review: Acme"),
        ("account-managers@example.com", "Business review: Ajax"),
        ("Slack", "Business reviews of enterprise: 2 sent."),
        ("customer-success@example.com", f"Workflow '{REVIEW}' completed"),
        ("sales-leadership@example.com", f"Workflow '{REVIEW}' completed"),
    }
    assert len(read_outbox()) == len(told)
    acme = next(told.body for told in read_outbox() if told.subject == "Business review: Acme")
    assert acme == (
        "Acme, plan enterprise\n\nrevenue: 15000\nusage: unknown\nsatisfaction: unknown\n\n"
        "- Ask Acme how satisfied they are.\n"
    )


async def _only_run(do: TestDo, schedule: Any) -> Execution:
    while not (found := (await schedule.describe()).recent):
        pass
    (run,) = found
    return do.workflows.get(run.execution_id)


async def test_one_customers_trouble_is_its_own(
    replayed: TestDo, service: HttpPeer, mail_server: SmtpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Figures come from the service that measures them; a review that the mail server refuses is counted, the others go out."""
    monkeypatch.setenv("DO_METRICS_URL", service.url)
    monkeypatch.setenv("DO_SMTP_URL", f"smtp://{mail_server.address}")
    monkeypatch.setenv("DO_MAIL_FROM", "hello@do.example")
    service.will_answer(*[(200, '{"usage": 12, "satisfaction": 4}')] * 2)
    mail_server.refusals.append("550 no such mailbox")
    reviewed = await replayed.workflows.execute(
        REVIEW, {"customerSegment": "enterprise", "includeMetrics": ["usage", "satisfaction"]}
    )
    assert reviewed == {"customerSegment": "enterprise", "sent": 1, "failed": 1}
    assert sorted(request.body["customerId"] for request in service.requests) == ["cust_acme", "cust_ajax"]
    assert service.requests[0] == Request(
        "/",
        service.requests[0].key,
        {"customerId": service.requests[0].body["customerId"], "metrics": ["usage", "satisfaction"]},
    )
    (mail,) = mail_server.mails
    assert "usage: 12\nsatisfaction: 4\n" in mail.get_content().replace("\r\n", "\n")
    assert [told.subject for told in read_outbox()] == ["Business reviews of enterprise: 1 sent; 1 could not be sent."]


async def test_a_segment_without_customers(replayed: TestDo) -> None:
    """Where a segment has no customers nobody gets a review, and Slack is told of none."""
    reviewed = await replayed.workflows.execute(
        REVIEW, {"customerSegment": "professional", "includeMetrics": ["revenue"]}
    )
    assert reviewed == {"customerSegment": "professional", "sent": 0, "failed": 0}


async def test_what_is_no_figure_starts_nothing(replayed: TestDo) -> None:
    """A figure that nobody collects is refused at the caller."""
    with pytest.raises(InputError, match=r"includeMetrics\.0: must be one of 'revenue', 'usage', 'satisfaction'"):
        await replayed.workflows.start(REVIEW, {"customerSegment": "starter", "includeMetrics": ["weather"]})
