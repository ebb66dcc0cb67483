"""Wire: the class that an error is built as on the other side: of the tree, and the handler's own where both know it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any

from dosdk_temporal import errors
from dosdk_temporal.errors import FACTS, DefinitionError, DoError

__all__ = ["FACTS", "built", "class_names"]


def class_names(cls: type[BaseException]) -> list[str]:
    """The classes by which an error may be caught, the nearest first; the bases that everything has are left out."""
    own = [c for c in cls.__mro__ if issubclass(c, BaseException) and c not in (Exception, BaseException)]
    return [f"{c.__module__}:{c.__qualname__}" for c in own]


def built(classes: list[str], base: type[DoError], message: str, attributes: Mapping[str, Any]) -> DoError:
    """An error to be caught by the nearest of the classes that this process has imported, and as one of the tree.

    Args:
        classes: see :func:`class_names`.
        base: the class of the tree for an error that was of none.
        message: its text.
        attributes: of :class:`DoError` and of its class of the tree.
    """
    return _made(_first_known(tuple(classes), base), message, attributes)


def _made(cls: type[DoError], message: str, attributes: Mapping[str, Any]) -> DoError:
    """An error of that class, or of its class of the tree where a user's class cannot be made without its arguments."""
    tree: Any = _tree_class(cls)
    for new in (cls.__new__, BaseException.__new__):
        try:
            error = new(cls)
            # Not the class's own __init__: a user's exception may take any arguments, and they are not in the record.
            tree.__init__(error, message, **attributes)
        except Exception:  # noqa: BLE001, S112 - whatever a class of the user's own does, the error is to be told
            continue
        return error
    return _plain(tree, message, attributes)


def _plain(tree: Any, message: str, attributes: Mapping[str, Any]) -> DoError:
    try:
        return tree(message, **attributes)  # type: ignore[no-any-return]
    except (TypeError, DefinitionError):  # a record of another version, with attributes that this class has not
        return tree(message, **{name: value for name, value in attributes.items() if name in FACTS})  # type: ignore[no-any-return]


@lru_cache(maxsize=1024)
def _combined(base: type[DoError], cls: type[Exception]) -> type[DoError]:
    """A class that is both of the tree and the handler's own; where both have an attribute, the tree's stands."""
    body: dict[str, Any] = dict.fromkeys((*FACTS, "message"))
    body |= {"retryable": base.retryable, "__setattr__": BaseException.__setattr__}  # a frozen dataclass forbids it
    body |= {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
    try:
        return type(cls.__name__, (base, cls), body)
    except Exception:  # noqa: BLE001 - a layout or a metaclass that allows no subclass: it is told by its type's name alone
        return base


def _first_known(classes: tuple[str, ...], base: type[DoError]) -> type[DoError]:
    """The class to build: the nearest that this process has imported, made one of the tree."""
    known = [cls for cls in map(_imported, classes) if cls is not None]
    tree = next((cls for cls in known if issubclass(cls, DoError)), base)
    own: Any = next((cls for cls in known if not issubclass(cls, DoError)), tree)
    return tree if issubclass(tree, own) else _combined(tree, own)  # type: ignore[arg-type] # mypy doubts that classes hash


def _imported(reference: str) -> type[Exception] | None:
    module, _, name = reference.partition(":")
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = vars(found).get(part) if isinstance(found, ModuleType | type) else None
    # StopIteration and its like mean something else to Python when a coroutine raises them.
    able = (
        isinstance(found, type)
        and issubclass(found, Exception)
        and not issubclass(found, StopIteration | StopAsyncIteration)
    )
    return found if able else None


def _tree_class(cls: type[DoError]) -> type[DoError]:
    """The class of ``errors.py`` that a class is, or derives from."""
    return next(c for c in cls.__mro__ if c.__module__ == errors.__name__)
