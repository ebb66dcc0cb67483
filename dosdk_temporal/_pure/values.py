"""Pure: values as plain JSON, and back; every fault named."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from dosdk_temporal._pure.secret_values import AFTER_IT, without_secrets
from dosdk_temporal._pure.typed_dicts import for_pydantic
from dosdk_temporal.errors import DefinitionError, DoError, InputError, OutputError, PayloadTooLargeError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["MAX_BYTES", "MOST_DIGITS", "adapter_for", "decode", "encode_input", "encode_output", "plain"]

MAX_BYTES: Final = 2 * 1024 * 1024 - 16 * 1024
"""Temporal refuses payloads of 2 MiB; a little is left for what the SDK says beside the value."""

MOST_DIGITS: Final = 4300
"""Of a whole number's: Python reads no longer ones, lest somebody sends them to keep it busy, and pydantic none either."""

_REASONS: Final = {
    int: f"a number has at most {MOST_DIGITS:,} digits",
    str: "the text has characters that UTF-8 has not",
    bytes: "the bytes are no UTF-8 text, as base64 they would be",
}

_ZEROS: Final = bytes.maketrans(b"123456789", b"000000000")

_DEEPEST: Final = 20
"""How far a message follows what cannot be written: further down it would not be read."""


def encode_input(value: Any, what: str) -> bytes:
    """The value as JSON.

    Args:
        value: plain JSON, pydantic models, dataclasses, dates, UUIDs, sets and the like.
        what: whose input it is, for the message.

    Raises:
        InputError: when JSON cannot say it, or it holds a secret's value and is not encrypted.
        PayloadTooLargeError: when it is larger than Temporal carries.
    """
    return _encode(value, f"the input of {what}", InputError)


def encode_output(value: Any, what: str) -> bytes:
    """The value as JSON, as :func:`encode_input`.

    Raises:
        OutputError: when JSON cannot say it.
        InputError: when it holds a secret's value and is not encrypted.
        PayloadTooLargeError: when it is larger than Temporal carries.
    """
    try:
        return _encode(value, f"the result of {what}", OutputError)
    except InputError as error:
        setattr(error, AFTER_IT, True)
        raise


def decode(data: bytes, annotation: Any, what: str) -> Any:
    """The value of the JSON text, as the annotated type; plain JSON where there is no annotation.

    Raises:
        OutputError: when it does not fit.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - 0.1 s that importing this package need not cost
    from pydantic_core import from_json  # noqa: PLC0415

    if annotation is Any:
        try:
            return from_json(data) if data else None
        except ValueError as error:
            raise OutputError(f"the result of {what} is not JSON: {error}") from None
    try:
        return adapter_for(annotation, what).validate_json(data)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'value'}: {e['msg']}" for e in error.errors())
        raise OutputError(f"the result of {what} does not fit its annotation {_shown(annotation)}: {faults}") from None


def plain(value: Any, what: str) -> Any:
    """The value as the plain JSON its reader will see: a copy that shares nothing with it."""
    return decode(encode_input(value, what), Any, what)


def adapter_for(annotation: Any, owner: str = "a handler") -> TypeAdapter[Any]:
    """The validator of a type; built once.

    Args:
        annotation: the type.
        owner: who declares it, for the message.

    Raises:
        DefinitionError: when it is no type that can be validated.
    """
    from pydantic import PydanticSchemaGenerationError, PydanticUserError  # noqa: PLC0415

    try:
        return _built(annotation) if _is_hashable(annotation) else _built.__wrapped__(annotation)
    except (PydanticSchemaGenerationError, PydanticUserError, NameError) as error:
        reason = str(error).partition("\n")[0].partition(". ")[0]  # what follows is advice for pydantic's own users
        raise DefinitionError(
            f"a type that {owner} declares cannot be validated: {reason}; use plain types, models or dataclasses"
        ) from error


def _is_hashable(annotation: Any) -> bool:
    try:
        hash(annotation)
    except TypeError:  # as Annotated[int, {}]
        return False
    return True


@lru_cache(maxsize=1024)
def _built(annotation: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # noqa: PLC0415

    adapter = TypeAdapter(for_pydantic(annotation))
    if not adapter.pydantic_complete:
        raise NameError(f"{annotation!r} names what is not defined")
    return adapter


def _encode(value: Any, what: str, error_class: type[DoError]) -> bytes:
    from pydantic_core import PydanticSerializationError, to_json  # noqa: PLC0415

    try:
        data = to_json(value)
    except (PydanticSerializationError, ValueError, RecursionError):
        raise _unwritable(value, what, error_class) from None
    if _is_suspect(data) and not _is_json(data):
        raise _unwritable(value, what, error_class)
    data = without_secrets(value, data, what)
    if len(data) > MAX_BYTES:
        raise PayloadTooLargeError(
            f"{what} is {len(data):,} bytes of JSON, at most {MAX_BYTES:,} are carried: store it elsewhere and pass its address"
        )
    return data


def _is_suspect(data: bytes) -> bool:
    """Whether there may be a number in it that is none, or not within a text only: the rest need not be read."""
    if b"NaN" in data or b"Infinity" in data:
        return True
    return len(data) > MOST_DIGITS and b"0" * (MOST_DIGITS + 1) in data.translate(_ZEROS)


def _is_json(data: bytes) -> bool:
    """Whether no number in it is NaN or infinite, which JSON has not and Python reads, or too long to be read."""
    found: list[str] = []
    try:
        json.loads(data, parse_constant=found.append, parse_int=_check_digits)
    except _TooLongError:
        return False
    return not found


class _TooLongError(Exception):
    """A whole number has more digits than are read."""


def _check_digits(digits: str) -> None:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise _TooLongError


def _unwritable(value: Any, what: str, error_class: type[DoError]) -> DoError:
    place, culprit = _culprit(value)
    at = f" at {place}" if place else ""
    return error_class(
        f"{what} cannot be written as JSON{at}: {_reason(culprit)}; pass plain values, models or dataclasses"
    )


def _reason(culprit: Any) -> str:
    if isinstance(culprit, float):
        return f"JSON has no number {culprit}"
    known = next((reason for kind, reason in _REASONS.items() if isinstance(culprit, kind)), None)
    if known is not None:
        return known
    if isinstance(culprit, dict) and not all(isinstance(key, str) for key in culprit):
        return "a key of it is no text"
    if isinstance(culprit, dict) and not all(map(_can_be_written, culprit)):
        return "a key of it has characters that UTF-8 has not"
    if isinstance(culprit, dict | list | tuple):
        return "it holds itself, or is nested too deeply"
    return f"a value of type {type(culprit).__name__}"


def _culprit(value: Any, place: str = "") -> tuple[str, Any]:
    """Where within plain containers the first value is that JSON cannot say, and that value."""
    passed = [value]
    while len(passed) < _DEEPEST:
        at, item = next((found for found in _items(value, place) if not _can_be_written(found[1])), (place, value))
        if any(item is one for one in passed):
            break
        place, value = at, item
        passed.append(item)
    return place, value


def _items(value: Any, place: str) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(f"{place}.{_told(key)}" if place else _told(key), item) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return [(f"{place}[{index}]", item) for index, item in enumerate(value)]
    return []


def _told(key: Any) -> str:
    try:
        return str(key)
    except ValueError:  # a number that is too long
        return "a key"


def _can_be_written(value: Any) -> bool:
    from pydantic_core import to_json  # noqa: PLC0415

    try:
        return _is_json(to_json(value))
    except (ValueError, RecursionError):  # PydanticSerializationError is a ValueError
        return False


def _shown(annotation: Any) -> str:
    return getattr(annotation, "__name__", None) or str(annotation)
