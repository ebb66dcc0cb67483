"""Pure: arguments that a call does not take, refused in the call's own words: Python names a function that nobody has written."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from dosdk_temporal._pure.schemas.reporting import NO_FIELD
from dosdk_temporal._pure.similar import did_you_mean, similar
from dosdk_temporal.errors import DefinitionError, InputError

__all__ = ["check_names", "misspelt_option", "refuse_arguments", "refuse_bare", "told_plainly"]

P = ParamSpec("P")
R = TypeVar("R")

_BY_NAME: Final = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def check_names(call: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse options that there are not.

    Args:
        call: as users write it.
        given: the options' names.
        known: those that there are.

    Raises:
        DefinitionError: naming the first one, and what may be meant.
    """
    names = list(known)
    unknown = next((name for name in given if name not in names), None)
    if unknown is not None:
        advice = did_you_mean(unknown, names) or (f"there are {', '.join(names)}" if names else "it takes none")
        raise DefinitionError(f"{call} has no option {unknown!r}: {advice}")


def misspelt_option(error: InputError, options: Iterable[str]) -> InputError:
    """The error of a call whose options stand beside its fields, with the option that an unknown field may be.

    Args:
        error: what the fields were refused with.
        options: of the call.
    """
    unknown = [field for field, message in error.problems if message == NO_FIELD]
    near = next(filter(None, (similar(field, options) for field in unknown)), None)
    if near is None:
        return error
    return InputError(f"{error.message}; did you mean the option {near!r}?", problems=error.problems)


def told_plainly(call: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function refuse arguments that it does not take in the words of its users; its signature stays what it is.

    Args:
        call: the function as users write it, as ``do.action.create``.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def told(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except TypeError as error:
                refuse_arguments(error, call, function, args, kwargs)
                raise

        return told

    return decorate


def refuse_arguments(
    error: TypeError, call: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> None:
    """Raise in plain words where Python did not even begin a call; what was raised within the function is its own.

    Args:
        error: as it was caught around the call, in the frame that made it.
        call: as users write it.
        function: what was called.
        args: with these, its own object first.
        kwargs: and these.

    Raises:
        DefinitionError: naming the argument and what to write.
    """
    if error.__traceback__ is None or error.__traceback__.tb_next is not None:
        return
    signature = inspect.signature(function)
    named = [parameter.name for parameter in signature.parameters.values() if parameter.kind in _BY_NAME]
    options = [name for name in named if name != "self"]
    if not any(one.kind is inspect.Parameter.VAR_KEYWORD for one in signature.parameters.values()):
        check_names(call, kwargs, options)
    refuse_bare(call, *args[1:2])
    try:
        signature.bind(*args, **kwargs)
    except TypeError as told:
        takes = f"; it takes {', '.join(f'{name}=' for name in options)}" if options else ""
        raise DefinitionError(f"{call}: {told}{takes}") from None


def refuse_bare(call: str, given: object = None) -> None:
    """Refuse a decorator without parentheses, which is given the function instead of its options.

    Raises:
        DefinitionError: saying what to write.
    """
    if not inspect.isroutine(given):
        return
    name = given.__name__.replace("_", "-")
    raise DefinitionError(
        f"{call} needs a name, which runs keep when the function is renamed: write @{call}(name={name!r}) above the function"
    )
