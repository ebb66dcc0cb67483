"""Mail by a real SMTP exchange."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.parts import mail
from activities.parts.mail import Server
from activities.parts.outbox import Delivery, read_outbox
from dosdk_temporal.errors import ActionError
from tests.business.smtp_peer import SmtpPeer


@pytest.fixture
def configured(mail_server: SmtpPeer, monkeypatch: pytest.MonkeyPatch) -> SmtpPeer:
    """The mail server, as the environment names it."""
    monkeypatch.setenv("DO_SMTP_URL", f"smtp://{mail_server.address}")
    monkeypatch.setenv("DO_MAIL_FROM", "Acme <hello@acme.example>")
    return mail_server


async def send(key: str = "run-1/mail", **options: Any) -> str:
    """Send Jane a mail."""
    return await mail.send("jane@home.example", "Willkommen, Jane", "Grüße!\n", key=key, **options)


async def refusal(**options: Any) -> tuple[str, bool]:
    """What a mail that fails says, and whether it may be tried again."""
    with pytest.raises(ActionError) as caught:
        await send(**options)
    return caught.value.message, caught.value.retryable


async def test_mail_arrives(configured: SmtpPeer) -> None:
    """The server gets the mail, with sender, recipient, subject, text and the Message-ID that the caller gets."""
    message_id = await send()
    (arrived,) = configured.mails
    told = {name: str(arrived[name]) for name in ("From", "To", "Subject", "Message-ID")}
    assert told == {
        "From": "Acme <hello@acme.example>",
        "To": "jane@home.example",
        "Subject": "Willkommen, Jane",
        "Message-ID": message_id,
    }
    assert arrived.get_content().replace("\r\n", "\n") == "Grüße!\n"
    assert configured.recipients == ["jane@home.example"]
    assert read_outbox() == []


async def test_resent_mail_is_the_same(configured: SmtpPeer) -> None:
    """A mail sent again under its key has the same Message-ID; another key's has another."""
    for key in ("run-1/mail", "run-1/mail", "run-2/mail"):
        await send(key)
    first, again, other = (str(arrived["Message-ID"]) for arrived in configured.mails)
    assert first == again != other


async def test_logs_in(configured: SmtpPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """User and password of the address, written as URLs write them, log in."""
    monkeypatch.setenv("DO_SMTP_URL", f"smtp://jane:p%40ss@{configured.address}")
    await send()
    assert (configured.logins, len(configured.mails)) == (["jane"], 1)


async def test_wrong_password(configured: SmtpPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused login is final and does not repeat the password."""
    monkeypatch.setenv("DO_SMTP_URL", f"smtp://jane:hunter2@{configured.address}")
    assert await refusal() == (
        f"the mail server {configured.address}: 535 5.7.8 Authentication credentials invalid",
        False,
    )


@pytest.mark.parametrize(("said", "retryable"), [("550 5.1.1 no such user", False), ("451 4.3.0 try later", True)])
async def test_refused_recipient(said: str, retryable: bool, configured: SmtpPeer) -> None:
    """A recipient refused with 5xx is final; with 4xx it may be tried again."""
    configured.refusals.append(said)
    assert await refusal() == (f"the mail server {configured.address}: {said}", retryable)


async def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server that is not up may be tried again."""
    monkeypatch.setenv("DO_MAIL_FROM", "hello@acme.example")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("DO_SMTP_URL", f"smtp://127.0.0.1:{taken.getsockname()[1]}")
        message, retryable = await refusal()
    assert "Connect call failed" in message
    assert retryable


async def test_silent_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server that says nothing is given up in time, and may be tried again."""
    monkeypatch.setenv("DO_MAIL_FROM", "hello@acme.example")

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        monkeypatch.setenv("DO_SMTP_URL", f"smtp://{address}")
        assert await refusal(timeout=timedelta(milliseconds=200)) == (
            f"the mail server {address} did not answer within 0.2 s",
            True,
        )


async def test_no_sender(configured: SmtpPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a server but no sender's address, the mail is refused for good, naming the variable."""
    monkeypatch.delenv("DO_MAIL_FROM")
    assert await refusal() == ("DO_MAIL_FROM must be the sender's address, as in hello@example.com", False)


async def test_outbox_without_a_server(business_home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Without a server mails are written to the outbox, once a key, which is said once."""
    assert await send() == await send()
    assert [replace(delivery, time="") for delivery in read_outbox()] == [
        Delivery("mail", to="jane@home.example", subject="Willkommen, Jane", body="Grüße!\n", key="run-1/mail")
    ]
    (said,) = caplog.messages
    assert said == (
        f"No mail is sent: DO_SMTP_URL is not set. Mails are written to {business_home / 'outbox.jsonl'} instead; set "
        "DO_SMTP_URL=smtp://user:password@host:587 and DO_MAIL_FROM to send them."
    )


@pytest.mark.parametrize(
    ("url", "server", "start_tls"),
    [
        ("smtp://mail.example", Server("mail.example", 587, encrypted=False), None),
        ("smtp://u:p@mail.example", Server("mail.example", 587, encrypted=False, user="u", password="p"), True),
        ("smtp://u:p@localhost:25", Server("localhost", 25, encrypted=False, user="u", password="p"), None),
        ("smtps://u:p@mail.example", Server("mail.example", 465, encrypted=True, user="u", password="p"), False),
    ],
)
def test_addresses(url: str, server: Server, start_tls: bool | None) -> None:
    """An address gives server, port, encryption and login; a password leaves this machine encrypted only."""
    assert (Server.parse(url), server.start_tls) == (server, start_tls)


@pytest.mark.parametrize(
    "url", ["mail.example:587", "http://u:secret@mail.example", "smtp://", "smtp://u:secret@h:port"]
)
def test_no_address(url: str) -> None:
    """What is no address of a mail server is refused for good, without repeating it."""
    with pytest.raises(ActionError) as caught:
        Server.parse(url)
    assert (caught.value.message, caught.value.retryable) == (
        "DO_SMTP_URL must read smtp://user:password@host:587 or smtps://user:password@host:465",
        False,
    )


def test_password_is_not_shown() -> None:
    """A server's repr does not show the password."""
    assert "secret" not in repr(Server.parse("smtp://u:secret@mail.example"))
