"""Outside: where the values of secrets come from, in a worker."""

from __future__ import annotations

import inspect
import logging
import os
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache
from typing import Final

from dosdk_temporal._pure.revealed import REVEALED
from dosdk_temporal.errors import DefinitionError, NotFoundError

__all__ = ["RESOLVER", "Resolver", "check_resolver", "value_of_secret"]

_log = logging.getLogger("dosdk_temporal")

Resolver = Callable[[str], str | None]
"""From a secret's name to its value; None where it has none of that name. Called on the handler's own thread or loop."""

RESOLVER: Final[ContextVar[Resolver | None]] = ContextVar("dosdk_resolver", default=None)
"""The one that the worker of the running action was given; None for its environment."""


def check_resolver(given: object) -> Resolver | None:
    """What a worker was given as ``secrets=``.

    Raises:
        DefinitionError: when it cannot be called, or is async.
    """
    called = getattr(given, "__call__", None)  # noqa: B004 - not whether it is callable, but what is called
    if given is None:
        return None
    if not callable(given) or inspect.iscoroutinefunction(given) or inspect.iscoroutinefunction(called):
        raise DefinitionError(
            "secrets= is no plain function from a secret's name to its value: write one with 'def', which gives text, or None "
            "for what it has not; of a dictionary, give its get"
        )
    return given


def value_of_secret(name: str, resolver: Resolver | None, action: str) -> str:
    """The value, which this process from now on refuses to write down.

    Args:
        name: the secret's.
        resolver: by which it is found; None for the environment.
        action: that asks for it.

    Raises:
        NotFoundError: when there is none.
        DefinitionError: when the resolver gives something else than text.
        Exception: the resolver's own.
    """
    value = os.environ.get(name) if resolver is None else resolver(name)
    if value is not None and not isinstance(value, str):
        raise DefinitionError(
            f"the worker's secrets= gave {type(value).__name__} for {name!r}: it is a plain function that gives text, or None"
        )
    if not value:
        to_do = (
            f"set the environment variable {name} where the worker runs, or give the worker secrets="
            if resolver is None
            else "the worker's secrets= gives nothing for it"
        )
        raise NotFoundError(f"action {action!r} asks for secret {name!r}, which its worker has not: {to_do}")
    if not REVEALED.remember(name, value):
        _say_unguarded(name)
    return value


@lru_cache(maxsize=1024)
def _say_unguarded(name: str) -> None:
    """Once a process."""
    _log.warning("secret %r is short, or a word that everybody knows: its value is neither refused nor masked", name)
