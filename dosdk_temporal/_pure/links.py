"""Pure: links: what a token stands for, who may make one, and until when it is taken."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.link_keys import LinkKeys
from dosdk_temporal.errors import InputError, LinkError

__all__ = ["DecisionLink", "EventLink", "Link", "expiry", "open_link", "sign_link"]

_LONGEST_LIFE: Final = timedelta(days=3650)
_LONGEST_TOKEN: Final = 4_000
"""Characters: mail programs, browsers and proxies cut or refuse addresses that are much longer."""


@dataclass(frozen=True)
class DecisionLink:
    """A link that decides one approval.

    Attributes:
        execution_id: of the run that asks.
        chain: the first run of its chain, so that another run of that id is another.
        name: of the approval.
        approved: the answer; None where whoever redeems it says.
        by: who decides by it; None for nobody in particular.
    """

    execution_id: str
    chain: str
    name: str
    approved: bool | None
    by: str | None


@dataclass(frozen=True)
class EventLink:
    """A link that tells of one event.

    Attributes:
        name: the event's.
        payload: plain JSON.
    """

    name: str
    payload: Any


@dataclass(frozen=True)
class Link:
    """What a token stands for.

    Attributes:
        id: the record names it so; it gives no access.
        namespace: where it is for.
        expires: from when on it is refused.
        carries: what it does, once.
    """

    id: str
    namespace: str
    expires: datetime
    carries: DecisionLink | EventLink


def expiry(expires: Duration, now: datetime) -> datetime:
    """When a link that is made now is over: to the second, as tokens say it, and not before its time.

    Raises:
        InputError: for what is no duration, none at all, or more than ten years.
    """
    life = parse_duration(expires, what="expires")
    if not timedelta(0) < life <= _LONGEST_LIFE:
        raise InputError(f"expires={expires!r} is not between nothing and {_LONGEST_LIFE.days} days")
    return datetime.fromtimestamp(math.ceil((now + life).timestamp()), UTC)


def sign_link(link: Link, keys: LinkKeys) -> str:
    """The link's token: URL-safe text, that everybody can read and nobody change.

    Raises:
        InputError: when it would be too long for an address.
    """
    kind = "decision" if isinstance(link.carries, DecisionLink) else "event"
    expires = int(link.expires.timestamp())
    token = keys.sign({"jti": link.id, "aud": link.namespace, "exp": expires, kind: vars(link.carries)})
    if len(token) > _LONGEST_TOKEN:
        raise InputError(
            f"the link would have {len(token):,} characters, at most {_LONGEST_TOKEN:,} fit into an address: "
            "keep the payload elsewhere and give its key"
        )
    return token


def open_link(token: object, keys: LinkKeys, *, namespace: str, now: datetime) -> Link:
    """The link that a token stands for.

    Args:
        token: as somebody brings it.
        keys: of which one must have signed it.
        namespace: that it must be for.
        now: the time.

    Raises:
        LinkError: ``forged``, ``expired``, or ``other run`` for one of another namespace.
    """
    link = _read(keys.verify(token))
    if link.namespace != namespace:
        raise LinkError(f"this link is for namespace {link.namespace!r}, not {namespace!r}", reason="other run")
    if now >= link.expires:
        raise LinkError(f"this link expired at {link.expires:%Y-%m-%d %H:%M UTC}: ask for a new one", reason="expired")
    return link


def _read(claims: Mapping[str, Any]) -> Link:
    try:
        carries = DecisionLink(**claims["decision"]) if "decision" in claims else EventLink(**claims["event"])
        return Link(claims["jti"], claims["aud"], datetime.fromtimestamp(claims["exp"], UTC), carries)
    except (KeyError, TypeError, ValueError):  # signed with our key, and by another program or another version
        raise LinkError("this link was made by another version of the SDK: ask for a new one") from None
