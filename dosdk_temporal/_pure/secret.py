"""Pure: a secret by its name: what travels is the name, and the value is resolved where it is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

from dosdk_temporal._pure.place import current_place
from dosdk_temporal._pure.signature import SCHEMA_FAULT
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from pydantic_core import CoreSchema, SchemaSerializer

__all__ = ["BY_HAND", "Secret"]

_WIRE: Final = "$secret"
"""The one key of a reference as JSON; a wire name, never to change."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./:-]{0,199}")


@runtime_checkable
class _Revealing(Protocol):
    """A place where secrets are resolved: an action's attempt."""

    def reveal(self, name: str) -> str:
        """The value of the secret of that name."""


BY_HAND: Final[ContextVar[_Revealing | None]] = ContextVar("dosdk_by_hand", default=None)
"""Resolves secrets for an action that is called like a function; None where none is."""


class Secret:
    """A reference to a secret.

    It travels as its name, ``{"$secret": "NAME"}``, and is a ``Secret`` again where a handler's parameter, or a field of a model,
    dataclass or TypedDict, is annotated so.

    Args:
        name: of the environment variable in which the worker has it, or what the worker's own resolver knows it by: letters,
            digits and ``_ . / : -``.

    Raises:
        DefinitionError: when that cannot be a name.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        if not _is_name(name):
            # What is given is not shown: it may be the value itself.
            raise DefinitionError(
                "a Secret is made of a secret's name, like Secret('STRIPE_KEY'), never of its value: at most 200 letters, digits "
                "and _ . / : -"
            )
        self._name = name

    @property
    def name(self) -> str:
        """What it is known by."""
        return self._name

    def value(self) -> str:
        """The secret itself, in an action's attempt: from its worker's environment, or from the resolver of its worker.

        It is resolved at each call, so that one that was changed meanwhile is found. Where a unit test calls an action like a
        function, it is from the environment.

        Raises:
            DefinitionError: anywhere but in an action.
            NotFoundError: when the worker has no secret of that name. It is not tried again.
        """
        place = current_place()
        revealing = place or BY_HAND.get()
        if isinstance(revealing, _Revealing):
            return revealing.reveal(self._name)
        where = f"a {place.kind}" if place is not None else "no action"
        raise DefinitionError(
            f"the value of secret {self._name!r} is asked for in {where}, and only an action may have it: pass the Secret itself "
            "to the action, whose handler calls value()"
        )

    def __repr__(self) -> str:
        return f"Secret({self._name!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._name == self._name

    def __hash__(self) -> int:
        return hash((Secret, self._name))

    @property
    def __pydantic_serializer__(self) -> SchemaSerializer:
        """By which pydantic writes one that stands anywhere, as within a dictionary."""
        return _serializer()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        """How pydantic reads and writes one that is annotated."""
        del source, handler
        return _schema()


@lru_cache(maxsize=1)
def _schema() -> CoreSchema:
    from pydantic_core import core_schema  # noqa: PLC0415 - importing the package costs no pydantic

    name = core_schema.str_schema(pattern=f"^{_NAME.pattern}$")
    wire = core_schema.typed_dict_schema({_WIRE: core_schema.typed_dict_field(name)}, extra_behavior="forbid")
    return core_schema.no_info_plain_validator_function(
        _read,
        serialization=core_schema.plain_serializer_function_ser_schema(
            lambda secret: {_WIRE: secret.name}, return_schema=wire
        ),
        json_schema_input_schema=wire,
    )


@lru_cache(maxsize=1)
def _serializer() -> SchemaSerializer:
    from pydantic_core import SchemaSerializer  # noqa: PLC0415 - importing the package costs no pydantic

    return SchemaSerializer(_schema())


def _read(given: Any) -> Secret:
    if isinstance(given, Secret):
        return given
    if isinstance(given, Mapping) and given.keys() == {_WIRE} and _is_name(given[_WIRE]):
        return Secret(given[_WIRE])
    from pydantic_core import PydanticCustomError  # noqa: PLC0415 - importing the package costs no pydantic

    # What is given is not shown: it may be the value itself.
    raise PydanticCustomError(
        SCHEMA_FAULT, 'must be a secret by its name: Secret(\'NAME\'), in JSON {"$secret": "NAME"}'
    )


def _is_name(given: object) -> bool:
    return isinstance(given, str) and _NAME.fullmatch(given) is not None
