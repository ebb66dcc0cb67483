"""Outside: how values become payloads, for whatever talks to Temporal: clients, workers, replayers."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from temporalio.converter import DataConverter, DefaultFailureConverter, DefaultPayloadConverter, PayloadConverter

from dosdk_temporal._pure.sealing import Keyring
from dosdk_temporal._wire.encryption import ClearFailures, EncryptedFailures, Encryption
from dosdk_temporal._wire.secrets import ClearPayloads, EncryptedPayloads

__all__ = ["data_converter"]

_IN_THE_CLEAR: Final[type[PayloadConverter]] = ClearPayloads
_ENCRYPTED: Final[type[PayloadConverter]] = EncryptedPayloads
"""What makes payloads of values, where these are encrypted afterwards and where they are not."""


def data_converter(keyring: Keyring, given: DataConverter | None = None) -> DataConverter:
    """Pydantic's JSON, encrypted where there are keys.

    Args:
        keyring: the keys; with none, payloads are not encrypted.
        given: a team's own; its codec, and what it makes payloads and failures with, stay.
    """
    given = converter = given or DataConverter.default
    if given.payload_converter_class is DefaultPayloadConverter:
        converter = replace(converter, payload_converter_class=_ENCRYPTED if keyring else _IN_THE_CLEAR)
    if given.payload_codec is None:
        converter = replace(converter, payload_codec=Encryption(keyring))
        if given.failure_converter_class is DefaultFailureConverter:
            failures = EncryptedFailures if keyring else ClearFailures
            converter = replace(converter, failure_converter_class=failures)
    return converter
