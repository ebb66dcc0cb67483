"""Pure: the jsonschema library, with what it does not bound bounded.

Three things differ from its own 2020-12 validator: patterns are matched in linear time, formats are the five that are
asserted here, and each keyword counts against a budget, so that no schema (``allOf`` twice the same, forty levels deep) holds
up a process.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

from dosdk_temporal._pure.schemas.formats import FORMATS
from dosdk_temporal._pure.schemas.patterns import compile_pattern
from dosdk_temporal._pure.schemas.reporting import NO_FIELD

__all__ = ["TooMuchWorkError", "counted_work", "validator_for"]

_MOST: Final = 1_000_000
"""Keywords asked in one check, and errors passed up: some seconds; the documented inputs ask for ten."""


class TooMuchWorkError(Exception):
    """The schema asks more of this value than is reasonable."""


class _Budget(threading.local):
    left = 0


_budget = _Budget()


@contextmanager
def counted_work() -> Iterator[None]:
    """A span of work with a budget of its own.

    Raises:
        TooMuchWorkError: at the keyword that is one too many.
    """
    _budget.left = _MOST
    yield


def validator_for(schema: Mapping[str, Any]) -> Any:
    """A validator of jsonschema's; references never leave the schema."""
    from referencing import Registry  # noqa: PLC0415 - here and below: 0.15 s that importing the package need not cost

    return _validator_class()(schema, registry=Registry())


@lru_cache(maxsize=1)
def _validator_class() -> Any:
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415

    own = {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "format": _format,
        "required": _required,
        "uniqueItems": _unique_items,
        "multipleOf": _multiple_of,
        "additionalProperties": _additional_properties,
    }
    checks = {**Draft202012Validator.VALIDATORS, **own}
    return validators.extend(Draft202012Validator, {name: _counted(check) for name, check in checks.items()})


def _counted(check: Callable[..., Any]) -> Callable[..., Any]:
    def counted(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        _spend()
        for error in check(validator, value, instance, schema) or ():
            _spend()  # an error costs again at each level that it comes up through
            yield error

    return counted


def _spend() -> None:
    _budget.left -= 1
    if _budget.left < 0:
        raise TooMuchWorkError


def _error(message: str, *path: str) -> Any:
    from jsonschema import ValidationError  # noqa: PLC0415

    return ValidationError(message, path=path)


def _pattern(_: Any, source: str, instance: Any, __: Any) -> Iterator[Any]:
    if not isinstance(instance, str):
        return
    pattern = compile_pattern(source)
    if len(instance) > pattern.longest_text:
        yield _error(f"has {len(instance):,} characters, at most {pattern.longest_text:,} are matched with {source!r}")
    elif not pattern.matches(instance):
        yield _error(f"must match {source!r}")


def _pattern_properties(validator: Any, patterns: Mapping[str, Any], instance: Any, _: Any) -> Iterator[Any]:
    for key, value in instance.items() if isinstance(instance, dict) else ():
        for schema in _matching(patterns, key):
            yield from validator.descend(value, schema, path=key)


def _additional_properties(validator: Any, allowed: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for key, value in instance.items() if isinstance(instance, dict) else ():
        if key in named or _matching(patterns, key):
            continue
        if allowed is False:
            yield _error(NO_FIELD, key)
        elif allowed is not True:
            yield from validator.descend(value, allowed, path=key)


def _matching(patterns: Mapping[str, Any], key: str) -> list[Any]:
    compiled = ((compile_pattern(source), schema) for source, schema in patterns.items())
    return [schema for pattern, schema in compiled if len(key) <= pattern.longest_text and pattern.matches(key)]


def _format(_: Any, name: str, instance: Any, __: Any) -> Iterator[Any]:
    known = FORMATS.get(name)
    if known and isinstance(instance, str) and not known.fits(instance):
        yield _error(f"must be {known.words}")


def _required(_: Any, names: list[str], instance: Any, __: Any) -> Iterator[Any]:
    for name in names if isinstance(instance, dict) else ():
        if name not in instance:
            yield _error("is required", name)


def _unique_items(_: Any, wanted: bool, instance: Any, __: Any) -> Iterator[Any]:
    if not wanted or not isinstance(instance, list):
        return
    seen: dict[str, int] = {}
    for index, item in enumerate(instance):
        first = seen.setdefault(json.dumps(_as_numbers(item), sort_keys=True), index)
        if first != index:
            yield _error(f"has the same item twice, at {first} and {index}")
            return


def _as_numbers(value: Any) -> Any:
    """The value with whole floats as integers: 1.0 and 1 are one number in JSON."""
    if isinstance(value, dict):
        return {key: _as_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _multiple_of(_: Any, factor: float, instance: Any, __: Any) -> Iterator[Any]:
    from decimal import Decimal, InvalidOperation  # noqa: PLC0415

    if isinstance(instance, bool) or not isinstance(instance, int | float):
        return
    try:
        # As written, not as floats: 0.3 is a multiple of 0.1.
        fits = not Decimal(str(instance)) % Decimal(str(factor))
    except InvalidOperation:  # the quotient has more digits than a Decimal counts
        fits = isinstance(instance, int) and isinstance(factor, int) and not instance % factor
    if not fits:
        yield _error(f"must be a multiple of {factor:g}")
