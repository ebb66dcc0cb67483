"""Posting to a service, and what its answers mean."""

from __future__ import annotations

import logging
import socket
from datetime import timedelta
from typing import Any

import pytest

from activities.parts import web
from dosdk_temporal.errors import ActionError
from tests.business.http_peer import HANG, HANG_UP, HttpPeer, Request


async def refusal(url: str, **options: Any) -> tuple[str, bool]:
    """What a post that fails says, and whether it may be tried again."""
    with pytest.raises(ActionError) as caught:
        await web.post("the CRM", url, {"task": "call"}, key="k", **options)
    return caught.value.message, caught.value.retryable


async def test_posts_json_with_the_key(service: HttpPeer) -> None:
    """The service gets the payload as JSON and the key as Idempotency-Key."""
    await web.post("the CRM", f"{service.url}/tasks", {"task": "call"}, key="run-1/step")
    assert service.requests == [Request("/tasks", "run-1/step", {"task": "call"})]


async def test_key_that_no_header_can_carry(service: HttpPeer) -> None:
    """A key with other letters or a line break arrives quoted."""
    await web.post("the CRM", service.url, {}, key="Bestellung/Ä\n1")
    assert [request.key for request in service.requests] == ["Bestellung/%C3%84%0A1"]


@pytest.mark.parametrize(
    ("said", "given"),
    [('{"id": 7}', {"id": 7}), ("ok", "ok"), ("null", None), ("", None)],
)
async def test_answers(said: str, given: Any, service: HttpPeer) -> None:
    """An answer is decoded where it is JSON, else it is its text."""
    service.will_answer((200, said))
    assert await web.post("the CRM", service.url, {}, key="k") == given


@pytest.mark.parametrize(
    ("status", "said", "message", "retryable"),
    [
        (400, "invalid_payload", "the CRM answered 400: invalid_payload", False),
        (404, "", "the CRM answered 404: Said", False),
        (302, "moved", "the CRM answered 302: moved", False),
        (429, "slow down", "the CRM answered 429: slow down", True),
        (500, "oh no", "the CRM answered 500: oh no", True),
        (503, "x" * 1000, f"the CRM answered 503: {'x' * 300}", True),
        (HANG_UP, "", "the CRM could not be reached: Server disconnected without sending a response.", True),
    ],
)
async def test_refusals(status: int, said: str, message: str, retryable: bool, service: HttpPeer) -> None:
    """A refusal says what the service said; what may pass can be tried again, what will not cannot."""
    service.will_answer((status, said))
    assert await refusal(service.url) == (message, retryable)


@pytest.mark.parametrize(
    ("status", "header", "after"),
    [(429, "30", timedelta(seconds=30)), (503, "Wed, 21 Oct 2015 07:28:00 GMT", timedelta(0)), (429, "a while", None),
     (500, "30", None)],
)  # fmt: skip
async def test_a_service_that_names_a_time(
    status: int, header: str, after: timedelta | None, service: HttpPeer
) -> None:
    """A 429 or 503 with a Retry-After that says a time is to be tried again then; any other when the strategy says."""
    service.headers["Retry-After"] = header
    service.will_answer((status, "busy"))
    with pytest.raises(ActionError) as caught:
        await web.post("the CRM", service.url, {}, key="k")
    assert (caught.value.message, getattr(caught.value, "after", None)) == (f"the CRM answered {status}: busy", after)
    assert caught.value.retryable


async def test_passing_trouble(service: HttpPeer) -> None:
    """A service in trouble takes the same post, under the same key, once it has recovered."""
    service.will_answer((500, "restarting"), (200, "ok"))
    assert await refusal(service.url) == ("the CRM answered 500: restarting", True)
    assert await web.post("the CRM", service.url, {"task": "call"}, key="k") == "ok"
    assert service.requests == [Request("/", "k", {"task": "call"})] * 2


async def test_no_answer(service: HttpPeer) -> None:
    """A service that never answers is given up in time, and may be tried again."""
    service.will_answer((HANG, ""))
    assert await refusal(service.url, timeout=timedelta(milliseconds=200)) == (
        "the CRM did not answer within 0.2 s",
        True,
    )


async def test_nobody_there() -> None:
    """A port where nobody listens may be tried again."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        message, retryable = await refusal(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert (message, retryable) == ("the CRM could not be reached: All connection attempts failed", True)


@pytest.mark.parametrize("url", ["crm.example/tasks", "ftp://crm.example", "http://", "http://crm.example:port"])
async def test_no_address(url: str) -> None:
    """What is no web address is refused for good, and not repeated: it may hold a secret."""
    assert await refusal(url) == ("the CRM needs an address that begins with https:// or http://", False)


async def test_address_stays_out_of_the_log(service: HttpPeer, caplog: pytest.LogCaptureFixture) -> None:
    """The address, which may be a secret, is in no log line."""
    caplog.set_level(logging.DEBUG)
    await web.post("Slack", f"{service.url}/services/T0/secret", {}, key="k")
    assert [record for record in caplog.records if "secret" in record.getMessage()] == []
