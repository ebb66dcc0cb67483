"""Posting JSON to a service, and what its answers mean for a retry."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from ssl import SSLContext
from typing import Any, Final
from urllib.parse import quote

import httpx

from dosdk_temporal import RetryLater
from dosdk_temporal.errors import ActionError, InputError

__all__ = ["TIMEOUT", "post"]

TIMEOUT: Final = timedelta(seconds=10)
"""How long a service may take for its whole answer: well under the 60 s of an attempt."""

_PASSING: Final = frozenset({408, 425, 429})
_NAMING_A_TIME: Final = frozenset({429, 503})
_QUOTED: Final = 300

# httpx logs every address at INFO, and a webhook's address is its password.
logging.getLogger("httpx").setLevel(logging.WARNING)


async def post(service: str, url: str, payload: Mapping[str, Any], *, key: str, timeout: timedelta = TIMEOUT) -> Any:  # noqa: ASYNC109 - it is part of the message
    """Post the payload and give the answer: decoded where it is JSON, else its text, None where it is empty.

    A call that is cancelled or times out may have reached the service; the key lets the service know the next one.

    Args:
        service: whom the messages name; never the address, which may be a secret.
        url: where to.
        payload: becomes the JSON body.
        key: sent as ``Idempotency-Key``.
        timeout: for the whole exchange.

    Raises:
        ActionError: retryable for what may pass (5xx, 408, 425, 429, no connection, no answer in time); not retryable
            for what will not (any other answer but 2xx, an address that is none), with what the service said. A 429 or 503
            with a ``Retry-After`` is a :class:`RetryLater`.
    """
    try:
        async with asyncio.timeout(timeout.total_seconds()), httpx.AsyncClient(verify=_tls(), timeout=None) as client:  # noqa: S113 - the line above limits the whole exchange
            response = await client.post(url, json=dict(payload), headers={"Idempotency-Key": _header(key)})
    except TimeoutError as error:
        raise ActionError(f"{service} did not answer within {timeout.total_seconds():g} s") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise ActionError(
            f"{service} needs an address that begins with https:// or http://", retryable=False
        ) from error
    except httpx.TransportError as error:
        raise ActionError(f"{service} could not be reached: {error or type(error).__name__}") from error
    return _answer(service, response)


def _answer(service: str, response: httpx.Response) -> Any:
    if not response.is_success:
        passing = response.is_server_error or response.status_code in _PASSING
        said = response.text.strip()[:_QUOTED] or response.reason_phrase
        message = f"{service} answered {response.status_code}: {said}"
        raise _later(response, message) or ActionError(message, retryable=passing)
    try:
        return response.json() if response.content else None
    except ValueError:
        return response.text


def _later(response: httpx.Response, message: str) -> RetryLater | None:
    """The error that the service will take the call at a time that it names; None where it names none."""
    after = response.headers.get("Retry-After")
    if after is None or response.status_code not in _NAMING_A_TIME:
        return None
    try:
        return RetryLater(after, message)
    except InputError:  # what it says is no time: then the strategy's own delay is as good
        return None


def _header(key: str) -> str:
    """The key as a header can carry it."""
    return key if key.isascii() and key.isprintable() else quote(key)


@lru_cache(maxsize=1)
def _tls() -> SSLContext:
    # Reading the certificates takes 20 ms of the event loop; once is enough.
    return httpx.create_ssl_context()
