"""Pure: what a handler takes and gives, read from its signature."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from functools import cached_property
from typing import Any, Final

from dosdk_temporal._pure.hiding import hides_values
from dosdk_temporal._pure.revealed import REVEALED
from dosdk_temporal._pure.schemas.reporting import NO_FIELD
from dosdk_temporal._pure.secret_values import check_unseen
from dosdk_temporal._pure.transactions import TRANSACTION, is_transaction
from dosdk_temporal._pure.typed_dicts import for_pydantic
from dosdk_temporal._pure.values import adapter_for
from dosdk_temporal.errors import DefinitionError, InputError

__all__ = ["SCHEMA_FAULT", "HandlerSignature", "check_input", "plainly"]

_OBJECT_NAMES: Final = frozenset({"inputs", "input", "params", "data"})
_CONTEXT: Final = "context"

SCHEMA_FAULT: Final = "schema"
"""The type of a fault that a schema of the SDK's own has put in words already."""


@dataclass(frozen=True)
class HandlerSignature:
    """A handler's parameters.

    A handler takes named fields; or one object, where its sole parameter beside ``context`` and ``tx`` is annotated with a
    model or mapping, or is named ``inputs``, ``input``, ``params`` or ``data``.

    Attributes:
        handler: the function.
        owner: whose handler it is, for messages, as in ``action 'charge'``.
    """

    handler: Callable[..., Any]
    owner: str

    def __post_init__(self) -> None:
        if not callable(self.handler):
            raise DefinitionError(f"the handler of {self.owner} is {self.handler!r}: give a function")
        refused = {
            inspect.Parameter.POSITIONAL_ONLY: "positional-only",
            inspect.Parameter.VAR_POSITIONAL: "a * parameter",
        }
        for parameter in self._parameters.values():
            if parameter.kind in refused:
                raise DefinitionError(
                    f"the handler of {self.owner} takes {parameter.name!r} as {refused[parameter.kind]}, but inputs have names: "
                    "take named fields, or one object called 'inputs'"
                )
        if inspect.isgeneratorfunction(self.handler) or inspect.isasyncgenfunction(self.handler):
            raise DefinitionError(f"the handler of {self.owner} yields: collect a list and return it")

    @cached_property
    def is_async(self) -> bool:
        """Whether the handler is a coroutine function."""
        called = getattr(self.handler, "__call__", None)  # noqa: B004 - not whether it is callable, but what is called
        return inspect.iscoroutinefunction(self.handler) or inspect.iscoroutinefunction(called)

    @cached_property
    def takes_context(self) -> bool:
        """Whether the handler declares ``context``."""
        return _CONTEXT in self._parameters

    @cached_property
    def takes_tx(self) -> bool:
        """Whether the handler declares ``tx``, its transaction; with another annotation it is a field of that name.

        Raises:
            DefinitionError: when an annotation names what does not exist.
        """
        parameter = self._parameters.get(TRANSACTION)
        if parameter is None:
            return False
        return parameter.annotation is parameter.empty or is_transaction(self.hints[TRANSACTION])

    @cached_property
    def object_name(self) -> str | None:
        """The name of the sole parameter that takes the whole input, or None where fields are named."""
        if len(self._fields) != 1:
            return None
        ((name, parameter),) = self._fields.items()
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            return None
        return name if name in _OBJECT_NAMES or _is_object(self.hints.get(name)) else None

    @cached_property
    def hints(self) -> dict[str, Any]:
        """Annotations by parameter name, and ``return``, resolved.

        Raises:
            DefinitionError: when one names what does not exist.
        """
        function = self.handler if inspect.isroutine(self.handler) else type(self.handler).__call__
        try:
            return typing.get_type_hints(function, include_extras=True)
        except (NameError, AttributeError, TypeError, SyntaxError) as error:
            raise DefinitionError(
                f"an annotation of the handler of {self.owner} cannot be resolved: {error}"
            ) from error

    @property
    def result_type(self) -> Any:
        """The annotated type of the result; Any where there is none."""
        return self.hints.get("return", Any)

    @cached_property
    def input_type(self) -> Any:
        """The type that the whole input is validated as: the object's own, or a TypedDict of the fields."""
        if self.object_name:
            annotation = self.hints.get(self.object_name, Any)
            return dict[str, Any] if annotation in (Any, dict, Mapping) else annotation
        return self._fields_type()

    def named_of(self, told: Mapping[str, Any]) -> Any:
        """The input of a handler that takes what it names of these values."""
        if self.object_name is not None:
            return told.get(self.object_name, told)
        if any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in self._fields.values()):
            return told
        return {name: told[name] for name in self._fields if name in told}

    def validate(self, data: bytes) -> dict[str, Any]:
        """Keyword arguments for the handler from the input's JSON; fields left out keep the handler's defaults.

        Raises:
            InputError: naming every field that does not fit.
        """
        checked = check_input(data, self.input_type, self.owner)
        return {self.object_name: checked} if self.object_name else checked

    def prepare(self) -> None:
        """Resolve annotations and build the validators now, so that what is wrong shows at start-up.

        Raises:
            DefinitionError: when an annotation cannot be resolved or is no type that can be validated.
        """
        for annotation in (self.input_type, self.result_type):
            adapter_for(annotation, self.owner)

    @cached_property
    def _parameters(self) -> dict[str, inspect.Parameter]:
        try:
            return dict(inspect.signature(self.handler).parameters)
        except (TypeError, ValueError) as error:
            raise DefinitionError(f"the signature of the handler of {self.owner} cannot be read: {error}") from error

    @cached_property
    def _fields(self) -> dict[str, inspect.Parameter]:
        given = {_CONTEXT, TRANSACTION} if self.takes_tx else {_CONTEXT}
        return {name: parameter for name, parameter in self._parameters.items() if name not in given}

    def _fields_type(self) -> Any:
        from typing import NotRequired  # noqa: PLC0415 - pydantic asks for this one before Python 3.12

        from typing_extensions import TypedDict  # noqa: PLC0415

        fields: dict[str, Any] = {}
        extra = "forbid"
        for name, parameter in self._fields.items():
            if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                extra = "allow"
                continue
            annotation = for_pydantic(self.hints.get(name, Any))
            fields[name] = annotation if parameter.default is inspect.Parameter.empty else NotRequired[annotation]
        make: Any = TypedDict  # from a signature, not written down: nothing that a type checker could follow
        typed_dict = make("Input", fields)
        typed_dict.__pydantic_config__ = {"extra": extra, "arbitrary_types_allowed": False}
        return typed_dict


def check_input(data: bytes, annotation: Any, owner: str) -> Any:
    """The input's JSON as a value of the annotated type; an empty input stands for ``{}``.

    Raises:
        InputError: naming every field that does not fit; or one of a type that hides its value, which stands here for all to see.
    """
    from pydantic import ValidationError  # noqa: PLC0415

    if data in (b"", b"null"):
        data = b"{}"
    adapter = adapter_for(annotation, owner)
    hides = hides_values(adapter)
    try:
        value = adapter.validate_json(data)
    except ValidationError as error:
        faults = error.errors()
        problems = tuple((".".join(map(str, e["loc"])) or "input", plainly(e, hides=hides)) for e in faults)
        listed = "; ".join(f"{field}: {message}" for field, message in problems)
        raise InputError(f"the input of {owner} does not fit: {listed}", problems=problems) from None
    if hides:
        check_unseen(value, data, f"the input of {owner}")
    return value


def plainly(fault: Mapping[str, Any], *, hides: bool = False) -> str:
    """What pydantic says of one field, in the words of this SDK.

    Args:
        fault: of a ``ValidationError``.
        hides: whether the type hides values: then what was given is not shown, of which one may be a part.
    """
    known = {"missing": "is required", "extra_forbidden": NO_FIELD, SCHEMA_FAULT: str(fault["msg"])}
    if fault["type"] in known:
        return known[fault["type"]]
    message = str(fault["msg"])
    told = f"{message[:1].lower()}{message[1:]}"
    return told if hides else f"{told}, not {_short(fault['input'])}"


def _short(value: Any) -> str:
    text = REVEALED.masked(repr(value))  # before it is cut
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - one line of a message


def _is_object(annotation: Any) -> bool:
    """Whether the annotation is a model or mapping: a type that takes a JSON object whole."""
    if typing.get_origin(annotation) is typing.Annotated:
        annotation = annotation.__origin__
    annotation = typing.get_origin(annotation) or annotation
    if not isinstance(annotation, type):
        return False
    return (
        issubclass(annotation, Mapping)
        or is_dataclass(annotation)
        or hasattr(annotation, "__pydantic_validator__")
        or hasattr(annotation, "__total__")
    )
