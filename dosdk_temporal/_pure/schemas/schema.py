"""Pure: a schema in force: it checks values and fills in what they leave out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import islice
from typing import Any, Final

from dosdk_temporal._pure.schemas.defaults import fill, has_defaults
from dosdk_temporal._pure.schemas.reporting import Path
from dosdk_temporal._pure.schemas.validator import TooMuchWorkError, counted_work, validator_for
from dosdk_temporal._pure.schemas.words import worded
from dosdk_temporal.errors import InputError, OutputError

__all__ = ["Schema"]

_MOST_FAULTS: Final = 50
_TOO_MUCH: Final = "asks for more work than a check may take: make it smaller, or its schema simpler"
_TOO_DEEP: Final = "is nested too deeply to be checked"


class Schema:
    """A checked JSON Schema, 2020-12.

    Args:
        json: the schema as ``raw.check_raw`` forms it; not changed from then on.
    """

    def __init__(self, json: Mapping[str, Any]) -> None:
        self.json: Final = json

    def __repr__(self) -> str:
        return f"<Schema {self.json}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self.json == other.json

    def __hash__(self) -> int:
        return hash(frozenset(self.json))

    def check(self, value: Any, what: str, error: type[InputError] | type[OutputError] = InputError) -> Any:
        """The value with what it leaves out filled in.

        Args:
            value: plain JSON; never changed. What the schema does not name is kept.
            what: what it is, for the message, as in ``the input of workflow 'onboarding'``.
            error: the class to raise.

        Raises:
            InputError: (or ``error``) naming every fault with its field; its ``problems`` are (field, message) pairs.
        """
        filled, faults = self.filled(value)
        if faults:
            problems = tuple((".".join(map(str, path)) or "value", message) for path, message in faults)
            listed = "; ".join(f"{field}: {message}" for field, message in problems)
            raise error(f"{what} does not fit: {listed}", problems=problems)
        return filled

    def filled(self, value: Any) -> tuple[Any, list[tuple[Path, str]]]:
        """The value with what it leaves out filled in, and its faults, at most 50 of them."""
        with counted_work():
            try:
                if self._has_defaults:
                    value = fill(value, self.json, self.json, self._fits)
                return value, _first(self._validator.iter_errors(value))
            except TooMuchWorkError:
                return value, [((), _TOO_MUCH)]
            except RecursionError:
                return value, [((), _TOO_DEEP)]

    def faults_of(self, value: Any, part: Any) -> list[tuple[Path, str]]:
        """What keeps a value from fitting a part of this schema, as its default must."""
        with counted_work():
            try:
                return _first(self._validator.evolve(schema=part).iter_errors(value))
            except (TooMuchWorkError, RecursionError):
                return [((), _TOO_MUCH)]

    @cached_property
    def _has_defaults(self) -> bool:
        return has_defaults(self.json)

    @cached_property
    def _validator(self) -> Any:
        return validator_for(self.json)

    def _fits(self, schema: Any, value: Any) -> bool:
        return bool(self._validator.evolve(schema=schema).is_valid(value))


def _first(errors: Iterable[Any]) -> list[tuple[Path, str]]:
    # One fault may be found by many ways through the schema, and is one all the same.
    seen: set[tuple[Path, str]] = set()
    new = (fault for fault in worded(errors) if not (fault in seen or seen.add(fault)))  # type: ignore[func-returns-value]
    return list(islice(new, _MOST_FAULTS))
