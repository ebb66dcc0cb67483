"""Pure: options of the wrong type, refused where they are written: Python would take any value for true, or for a number."""

from __future__ import annotations

from typing import Any

from dosdk_temporal.errors import DefinitionError, DoError

__all__ = ["check_annotation", "check_count", "check_flag", "check_option", "check_texts"]


def check_option(
    option: str,
    given: object,
    kinds: type | tuple[type, ...],
    may_be: str,
    error: type[DoError] = DefinitionError,
) -> None:
    """Refuse a value that is of none of these classes.

    Args:
        option: its name, and whose it is where that helps.
        given: the value.
        kinds: the classes.
        may_be: what to give, for the message.
        error: the class to raise.

    Raises:
        DoError: of class ``error``, naming the option, what was given, and what it may be.
    """
    if not isinstance(given, kinds):
        raise _wrong(option, given, may_be, error)


def check_flag(option: str, given: object, error: type[DoError] = DefinitionError) -> None:
    """Refuse what is neither True nor False."""
    check_option(option, given, bool, "True or False", error)


def check_count(option: str, given: object, least: int = 1, error: type[DoError] = DefinitionError) -> None:
    """Refuse what is no whole number, or too small."""
    if not isinstance(given, int) or isinstance(given, bool) or given < least:
        raise _wrong(option, given, f"a whole number from {least} on", error)


def check_texts(error: type[DoError] = DefinitionError, /, **texts: object) -> None:
    """Refuse, of several options, what is neither text nor None. What was given may be a key, and is not shown."""
    for option, given in texts.items():
        if given is not None and not isinstance(given, str):
            raise error(f"{option}= is text, not a value of type {type(given).__name__}")


def check_annotation(option: str, given: Any) -> None:
    """Refuse what cannot be the type of a value."""
    if given is not None and not isinstance(given, type) and type(given).__module__ not in _ANNOTATIONS:
        raise _wrong(option, given, "a type: a model, a dataclass, a TypedDict, or any other annotation")


_ANNOTATIONS = frozenset({"types", "typing", "typing_extensions"})
"""Where the classes of annotations like ``int | None``, ``list[int]`` and ``Annotated[int, ...]`` are from."""


def _wrong(option: str, given: object, may_be: str, error: type[DoError] = DefinitionError) -> DoError:
    name, _, owner = option.partition(" ")
    return error(f"{name}={given!r}{owner and f' {owner}'} is not {may_be}")
