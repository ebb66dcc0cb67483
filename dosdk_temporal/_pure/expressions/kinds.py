"""Pure: which of JavaScript's kinds of value a Python value is."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeGuard

from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.undefined import Undefined

__all__ = ["Kind", "is_object", "kind_of", "type_name"]

Kind = Literal["undefined", "null", "boolean", "number", "string", "list", "mapping"]

# The order matters: Python's truth values are whole numbers too.
_CLASSES: Final[tuple[tuple[type | tuple[type, ...], Kind], ...]] = (
    (str, "string"),
    (bool, "boolean"),
    ((int, float), "number"),
    (type(None), "null"),
    (Undefined, "undefined"),
    (dict, "mapping"),
    ((list, tuple), "list"),
)
_KINDS: Final[dict[type, Kind]] = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    type(None): "null",
    Undefined: "undefined",
    dict: "mapping",
    list: "list",
    tuple: "list",
}


def kind_of(value: Any) -> Kind:
    """The kind of a plain JSON value, or of ``UNDEFINED``.

    Raises:
        ExpressionError: for any other: an expression has no business with it.
    """
    return _KINDS.get(type(value)) or _kind_of_subclass(value)


def is_object(value: Any) -> TypeGuard[dict[str, Any] | list[Any] | tuple[Any, ...]]:
    """Whether it is a list or a mapping: what has an identity, and is true."""
    return kind_of(value) in {"list", "mapping"}


def type_name(value: Any) -> str:
    """What ``typeof`` says."""
    kind = kind_of(value)
    return "object" if kind in {"null", "list", "mapping"} else kind


def _kind_of_subclass(value: Any) -> Kind:
    for classes, kind in _CLASSES:
        if isinstance(value, classes):
            return kind
    raise ExpressionError(
        f"a value of type {type(value).__name__} is not plain JSON, which is all that expressions read"
    )
