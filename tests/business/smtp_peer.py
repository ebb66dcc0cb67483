"""A mail server on this machine that keeps what it is given."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

__all__ = ["SmtpPeer", "smtp_peer"]


@dataclass
class SmtpPeer:
    """The server: takes every mail, unless told otherwise; a login must be ``jane`` with ``p@ss``."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    refusals: deque[str] = field(default_factory=deque)

    @property
    def address(self) -> str:
        """Host and port, as they stand in a URL."""
        return f"127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse with the next refusal, if there is one."""
        if self.refusals:
            return self.refusals.popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Keep the mail."""
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients.extend(envelope.rcpt_tos)
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Know one user."""
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        return AuthResult(success=(data.login, data.password) == (b"jane", b"p@ss"), handled=False)


@asynccontextmanager
async def smtp_peer() -> AsyncIterator[SmtpPeer]:
    """A mail server on a free port."""
    peer = SmtpPeer()
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        # Without encryption, as on the loopback interface; whoever asks for more is refused by aiosmtpd itself.
        return SMTP(peer, loop=loop, hostname="peer", auth_require_tls=False, authenticator=peer.authenticate)

    server = await loop.create_server(protocol, "127.0.0.1", 0)
    async with server:
        peer.port = server.sockets[0].getsockname()[1]
        yield peer
