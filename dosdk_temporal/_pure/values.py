"""Pure: values as plain JSON, and back; every fault named."""

from __future__ import annotations

import typing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import typing_extensions

from dosdk_temporal.errors import DoError, InputError, OutputError, PayloadTooLargeError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["MAX_BYTES", "adapter_for", "decode", "encode_input", "encode_output", "plain"]

MAX_BYTES: Final = 2 * 1024 * 1024 - 16 * 1024
"""Temporal refuses payloads of 2 MiB; a little is left for what the SDK says beside the value."""


def encode_input(value: Any, what: str) -> bytes:
    """The value as JSON.

    Args:
        value: plain JSON, pydantic models, dataclasses, dates, UUIDs, sets and the like.
        what: whose input it is, for the message.

    Raises:
        InputError: when JSON cannot say it.
        PayloadTooLargeError: when it is larger than Temporal carries.
    """
    return _encode(value, f"the input of {what}", InputError)


def encode_output(value: Any, what: str) -> bytes:
    """The value as JSON, as :func:`encode_input`.

    Raises:
        OutputError: when JSON cannot say it.
        PayloadTooLargeError: when it is larger than Temporal carries.
    """
    return _encode(value, f"the result of {what}", OutputError)


def decode(data: bytes, annotation: Any, what: str) -> Any:
    """The value of the JSON text, as the annotated type; plain JSON where there is no annotation.

    Raises:
        OutputError: when it does not fit.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - 0.1 s that importing this package need not cost
    from pydantic_core import from_json  # noqa: PLC0415

    if annotation is Any:
        return from_json(data) if data else None
    try:
        return adapter_for(annotation).validate_json(data)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'value'}: {e['msg']}" for e in error.errors())
        raise OutputError(f"the result of {what} does not fit its annotation {_shown(annotation)}: {faults}") from None


def plain(value: Any, what: str) -> Any:
    """The value as the plain JSON its reader will see: a copy that shares nothing with it."""
    return decode(encode_input(value, what), Any, what)


@lru_cache(maxsize=1024)
def adapter_for(annotation: Any) -> TypeAdapter[Any]:
    """The validator of a type; built once."""
    from pydantic import TypeAdapter  # noqa: PLC0415

    return TypeAdapter(_validatable(annotation))


def _validatable(annotation: Any) -> Any:
    """A TypedDict of Python's ``typing`` as one that pydantic takes before Python 3.12; anything else as it is."""
    if not typing.is_typeddict(annotation) or type(annotation).__module__ != "typing":
        return annotation
    required = annotation.__required_keys__
    hints = typing.get_type_hints(annotation, include_extras=True)
    fields = {name: hint if name in required else typing.NotRequired[hint] for name, hint in hints.items()}
    return typing_extensions.TypedDict(annotation.__name__, fields)  # type: ignore[operator] # made, not written down


def _encode(value: Any, what: str, error_class: type[DoError]) -> bytes:
    from pydantic_core import PydanticSerializationError, to_json  # noqa: PLC0415

    try:
        data = to_json(value)
    except (PydanticSerializationError, ValueError, RecursionError) as error:
        place, culprit = _culprit(value)
        at = f" at {place}" if place else ""
        reason = f"a value of type {type(culprit).__name__}" if culprit is not value or place else str(error)
        raise error_class(
            f"{what} cannot be written as JSON{at}: {reason}; pass plain values, models or dataclasses"
        ) from None
    if len(data) > MAX_BYTES:
        raise PayloadTooLargeError(
            f"{what} is {len(data):,} bytes of JSON, at most {MAX_BYTES:,} are carried: store it elsewhere and pass its address"
        )
    return data


def _culprit(value: Any, place: str = "") -> tuple[str, Any]:
    """Where within plain containers the first value is that JSON cannot say, and that value."""
    from pydantic_core import to_json  # noqa: PLC0415

    items: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        items = [(f"{place}.{key}" if place else str(key), item) for key, item in value.items()]
    elif isinstance(value, list | tuple):
        items = [(f"{place}[{index}]", item) for index, item in enumerate(value)]
    for at, item in items:
        try:
            to_json(item)
        except RecursionError:
            return at, item
        except ValueError:  # PydanticSerializationError is one
            return _culprit(item, at)
    return place, value


def _shown(annotation: Any) -> str:
    return getattr(annotation, "__name__", None) or str(annotation)
