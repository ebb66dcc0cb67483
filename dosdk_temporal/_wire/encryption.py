"""Wire: encrypted payloads: what Temporal's server stores, shows and logs of them is ciphertext."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter, PayloadCodec, PayloadConverter

from dosdk_temporal._pure.sealing import Keyring, UnreadableError

__all__ = ["ClearFailures", "EncryptedFailures", "Encryption", "say_again", "unreadable"]

_ENCODING: Final = b"binary/encrypted"
"""As in Temporal's own samples, so that its tools know what they have before them."""

_KEY_ID: Final = "encryption-key-id"
_LATER: Final = timedelta(seconds=30)
"""Until an action whose input a worker could not read is delivered again: each delivery counts as an attempt."""

_PLACE: Final = "payload"
"""No payload is bound to its run: a codec server is shown it without, and a reset or a retry carries it to another."""


class Encryption(PayloadCodec):
    """Encrypts payloads whole, with their metadata. What is not encrypted is decoded as it is: older runs go on.

    Without keys it encodes nothing, and still refuses what is encrypted: else a worker that lacks the key would fail runs that
    another can go on with, and drop signals.

    Args:
        keyring: the keys.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each."""
        return [self.sealed(payload) for payload in payloads] if self._keyring else list(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt those that this codec encrypted; another's, which name no key, are left as they are.

        Raises:
            UnreadableError: when the key of one is not known here.
            ChangedError: when one is not what was encrypted any more.
        """
        return [self.opened(payload) for payload in payloads]

    def sealed(self, payload: Payload) -> Payload:
        """One, encrypted; there must be a key."""
        data = self._keyring.seal(payload.SerializeToString(), _PLACE)
        return Payload(metadata={"encoding": _ENCODING, _KEY_ID: self._keyring.first.encode()}, data=data)

    def opened(self, payload: Payload) -> Payload:
        """One, decrypted; see :meth:`decode`."""
        if not _is_ours(payload):
            return payload
        key = payload.metadata.get(_KEY_ID, b"").decode(errors="replace")
        return Payload.FromString(self._keyring.open(key, payload.data, _PLACE))


def _is_ours(payload: Payload) -> bool:
    return payload.metadata.get("encoding") == _ENCODING and _KEY_ID in payload.metadata


class _Failures(DefaultFailureConverter):
    """Says that a key is missing in the clear, without any value: who has the right one could not read it otherwise."""

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        """See the base class."""
        unread = unreadable(exception)
        if unread is None:
            super().to_failure(exception, payload_converter, failure)
            return
        DefaultFailureConverter().to_failure(unread, payload_converter, failure)
        if unread.retryable:
            failure.application_failure_info.next_retry_delay.FromTimedelta(_LATER)
        else:
            failure.application_failure_info.non_retryable = True


class ClearFailures(_Failures):
    """Failures as Temporal has them."""


class EncryptedFailures(_Failures):
    """Failures whose messages and stack traces are payloads, which are encrypted; their types stay readable."""

    def __init__(self) -> None:
        super().__init__(encode_common_attributes=True)


def say_again(failure: Failure) -> None:
    """Put a failure's message and stack trace, once they are decoded, back to where they stand without encryption."""
    if failure.HasField("encoded_attributes"):
        told = json.loads(failure.encoded_attributes.data)
        failure.message, failure.stack_trace = told.get("message", ""), told.get("stack_trace", "")
        failure.ClearField("encoded_attributes")
    if failure.HasField("cause"):
        say_again(failure.cause)


def unreadable(error: BaseException | None) -> UnreadableError | None:
    """The error of a missing key, where it is this one or what caused it; else None."""
    while error is not None and not isinstance(error, UnreadableError):
        error = error.__cause__
    return error
