"""Wire: payloads as JSON, as Temporal's Web UI and its command line send them to a codec server and want them back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from temporalio.api.common.v1 import Payload, Payloads

from dosdk_temporal.errors import InputError

__all__ = ["payloads_of", "told"]


def payloads_of(body: bytes) -> list[Payload]:
    """The payloads of a request: ``{"payloads": [{"metadata": {…}, "data": …}]}``, with bytes in base64.

    Raises:
        InputError: when it is something else.
    """
    try:
        told: Any = json.loads(body)
        # What a newer version says beside them is none of a codec's business.
        return list(ParseDict(told, Payloads(), ignore_unknown_fields=True).payloads)
    except (ParseError, ValueError, RecursionError, AttributeError, TypeError):
        raise InputError('this is not {"payloads": [...]} as Temporal writes payloads in JSON') from None


def told(payloads: Iterable[Payload]) -> bytes:
    """The answer with these payloads."""
    return json.dumps({"payloads": [MessageToDict(payload) for payload in payloads]}).encode()
