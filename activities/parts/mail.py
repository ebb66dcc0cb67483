"""Sending mail by SMTP."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from activities.parts.derived import derived_id
from activities.parts.home import home
from activities.parts.notices import tell_once
from activities.parts.outbox import Delivery, deliver
from dosdk_temporal.errors import ActionError

__all__ = ["TIMEOUT", "Server", "send"]

TIMEOUT: Final = timedelta(seconds=30)
"""How long handing over one mail may take: half of what an attempt has."""

_PORTS: Final = {"smtp": 587, "smtps": 465}
_PERMANENT: Final = 500


@dataclass(frozen=True)
class Server:
    """A mail server, and who we are to it."""

    host: str
    port: int
    encrypted: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> Server:
        """The server of ``smtp://user:password@host:587`` or ``smtps://…``; user, password and port may be left out.

        Raises:
            ActionError: not retryable, when it is neither; the message does not repeat it, for it holds a password.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ActionError(
                "DO_SMTP_URL must read smtp://user:password@host:587 or smtps://user:password@host:465", retryable=False
            )
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password or "") if user else None
        return cls(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)

    @property
    def start_tls(self) -> bool | None:
        """True: insist on STARTTLS; False: already encrypted; None: use it where offered.

        A password leaves this machine encrypted or not at all: who sits in between could otherwise hide the offer.
        """
        if self.encrypted:
            return False
        return True if self.user and not _is_here(self.host) else None


async def send(to: str, subject: str, body: str, *, key: str, timeout: timedelta = TIMEOUT) -> str:  # noqa: ASYNC109 - it is part of the message
    """Hand a mail to the server of ``DO_SMTP_URL``, from ``DO_MAIL_FROM``; to the outbox where there is no server.

    SMTP has no way to ask whether a mail was sent already, so a worker that dies between the server's yes and its own
    report sends it again: under the same Message-ID, by which servers and readers know it for the same mail. A
    cancelled call may have sent it.

    Args:
        to: one address.
        subject: one line.
        body: plain text.
        key: the idempotency key; the Message-ID is made of it.
        timeout: for the whole exchange with the server.

    Returns:
        The Message-ID.

    Raises:
        ActionError: retryable where the server cannot be reached or says to come back (4xx); not where it refuses
            (5xx) or a variable is wrong.
    """
    sender = os.environ.get("DO_MAIL_FROM", "")
    message_id = f"<{derived_id('mail', key)}@{_domain(sender) or 'localhost'}>"
    if url := os.environ.get("DO_SMTP_URL"):
        message = _message(sender, to, subject, body, message_id)
        await _hand_over(message, Server.parse(url), timeout)
    else:
        tell_once(
            "mail",
            f"No mail is sent: DO_SMTP_URL is not set. Mails are written to {home() / 'outbox.jsonl'} instead; set "
            "DO_SMTP_URL=smtp://user:password@host:587 and DO_MAIL_FROM to send them.",
        )
        await deliver(Delivery("mail", to=to, subject=subject, body=body, key=key))
    return message_id


def _message(sender: str, to: str, subject: str, body: str, message_id: str) -> EmailMessage:
    if not _domain(sender):
        raise ActionError("DO_MAIL_FROM must be the sender's address, as in hello@example.com", retryable=False)
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = message_id
    message.set_content(body)
    return message


async def _hand_over(message: EmailMessage, server: Server, timeout: timedelta) -> None:  # noqa: ASYNC109 - as in send
    where = f"the mail server {server.host}:{server.port}"
    try:
        async with asyncio.timeout(timeout.total_seconds()):
            await aiosmtplib.send(
                message,
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                use_tls=server.encrypted,
                start_tls=server.start_tls,
                timeout=timeout.total_seconds(),
            )
    except TimeoutError as error:
        raise ActionError(f"{where} did not answer within {timeout.total_seconds():g} s") from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise ActionError(f"{where}: {_said(error)}", retryable=not _is_final(error)) from error


def _is_final(error: Exception) -> bool:
    """Whether the server meant no, and not: later."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(refused.code >= _PERMANENT for refused in error.recipients)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return error.code >= _PERMANENT
    return isinstance(error, aiosmtplib.SMTPNotSupported)


def _said(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return "; ".join(map(_said, error.recipients))
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
