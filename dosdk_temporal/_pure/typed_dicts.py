"""Pure: ``typing.TypedDict`` before Python 3.12, which pydantic takes only from ``typing_extensions``.

Before 3.12 a ``typing.TypedDict`` forgets which of its keys are required where annotations are text; they are read anew here.
Its own reason: pydantic's errors, "typed-dict-version".
"""

from __future__ import annotations

import sys
import typing
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, NotRequired, Required, Union

__all__ = ["for_pydantic"]


def for_pydantic(annotation: Any) -> Any:
    """The annotation, each ``typing.TypedDict`` in it as its equal of ``typing_extensions``."""
    if sys.version_info >= (3, 12):
        return annotation
    if type(annotation).__module__ == "typing" and typing.is_typeddict(annotation):
        return _of_extensions(annotation)
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    converted = tuple(map(for_pydantic, args))
    if converted == args:
        return annotation
    if origin is Annotated:
        return Annotated[(converted[0], *annotation.__metadata__)]
    return (Union if origin is UnionType else origin)[converted]


@lru_cache(maxsize=1024)
def _of_extensions(cls: Any) -> Any:
    from typing_extensions import TypedDict  # noqa: PLC0415 - with pydantic, only when it is needed

    fields: dict[str, Any] = {}
    for name, hint in typing.get_type_hints(cls, include_extras=True).items():
        mark: Any = typing.get_origin(hint)
        if mark in (Required, NotRequired):
            fields[name] = mark[for_pydantic(typing.get_args(hint)[0])]
        else:
            mark = Required if name in cls.__required_keys__ else NotRequired
            fields[name] = mark[for_pydantic(hint)]
    make: Any = TypedDict  # from a class, not written down: nothing that a type checker could follow
    converted = make(cls.__name__, fields)
    if hasattr(cls, "__pydantic_config__"):
        converted.__pydantic_config__ = cls.__pydantic_config__
    return converted
