"""The services that are told things."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from activities.parts.outbox import Delivery, read_outbox
from activities.parts.services import ALERTS, CRM, SLACK, Service
from dosdk_temporal.errors import ActionError
from tests.business.http_peer import HttpPeer, Request

each_service = pytest.mark.parametrize("told", [SLACK, CRM, ALERTS], ids=lambda told: told.channel)


@each_service
async def test_told_at_its_address(told: Service, service: HttpPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service with an address gets the payload and answers; the outbox stays empty."""
    monkeypatch.setenv(told.variable, f"{service.url}/here")
    service.will_answer((200, '{"id": "T-1"}'))
    assert await told.tell("a task", {"task": "call"}, key="k") == {"id": "T-1"}
    assert service.requests == [Request("/here", "k", {"task": "call"})]
    assert read_outbox() == []


async def test_refusal_names_the_variable(service: HttpPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal names the service and the variable, and not the address."""
    monkeypatch.setenv("DO_SLACK_WEBHOOK_URL", f"{service.url}/services/secret")
    service.will_answer((404, "no_service"))
    with pytest.raises(ActionError, match=r"^Slack \(DO_SLACK_WEBHOOK_URL\) answered 404: no_service$"):
        await SLACK.tell("hello", {"text": "hello"}, key="k")


@each_service
async def test_outbox_without_an_address(told: Service, business_home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A service without an address is told in the outbox, which is said once, with the variable to set."""
    for number in range(2):
        assert await told.tell("a task", {"number": number}, key=f"key-{number}") is None
    assert [replace(delivery, time="") for delivery in read_outbox()] == [
        Delivery(told.channel, to=told.name, subject="a task", body={"number": number}, key=f"key-{number}")
        for number in range(2)
    ]
    (said,) = caplog.records
    assert (said.name, said.levelno) == ("activities", logging.WARNING)
    assert said.getMessage() == (
        f"{told.name} is not told anything: {told.variable} is not set. Deliveries are written to "
        f"{business_home / 'outbox.jsonl'} instead; set {told.variable} to the service's address to make them real."
    )
