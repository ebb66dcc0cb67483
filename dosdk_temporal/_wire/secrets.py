"""Wire: payload converters that let no secret's value into a payload, unless the payload is encrypted afterwards.

What the SDK sends was checked before, where it became JSON; these check what a team's own Temporal code sends, and what goes
along: memos, heartbeats, details of failures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter, PydanticPayloadConverter
from temporalio.converter import DataConverter

from dosdk_temporal._pure.secret_values import without_secrets
from dosdk_temporal._wire.failures import failure_of
from dosdk_temporal.errors import InputError

__all__ = ["ClearPayloads", "EncryptedPayloads", "carries_secrets"]


class ClearPayloads(PydanticPayloadConverter):
    """Pydantic's JSON; what holds a secret's value is refused with an :class:`InputError`."""

    carries_secrets: ClassVar = False

    def __init__(self) -> None:
        super().__init__()
        own = _Json(carries_secrets=self.carries_secrets)
        self.converters = {**self.converters, own.encoding.encode(): own}


class EncryptedPayloads(ClearPayloads):
    """Pydantic's JSON, with the values of ``SecretStr`` and its like: for payloads that are encrypted afterwards."""

    carries_secrets: ClassVar = True


def carries_secrets(converter: DataConverter) -> bool:
    """Whether what becomes a payload by it may hold secrets' values."""
    return getattr(converter.payload_converter_class, "carries_secrets", False)


class _Json(PydanticJSONPlainPayloadConverter):
    def __init__(self, *, carries_secrets: bool) -> None:
        super().__init__()
        self._carries_secrets = carries_secrets

    def to_payload(self, value: Any) -> Payload | None:
        """See the base class."""
        payload = super().to_payload(value)
        if payload is None:
            return None
        written = payload.data
        try:
            data = without_secrets(value, written, f"a payload of type {type(value).__name__}", self._refuses)
        except InputError as error:
            if workflow.in_workflow():  # any other error would fail the task for ever, and not the run
                raise failure_of(error) from None
            raise
        return payload if data is written else Payload(metadata=payload.metadata, data=data)

    def _refuses(self, is_hidden: bool, is_known: Callable[[], bool]) -> bool:
        if self._carries_secrets:
            return False
        # A replay, perhaps in another process, has to do as was done, and what a process knows differs.
        return is_hidden or (not workflow.in_workflow() and is_known())
