"""Outside: the secrets of an action that is called like a function, as its unit test does: from the environment."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dosdk_temporal._outside.secrets import value_of_secret
from dosdk_temporal._pure.secret import BY_HAND

__all__ = ["with_secrets"]


def with_secrets(action: str, handler: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """What the handler gives, which may ask for secrets' values as in an attempt."""
    with _by_hand(action):
        given = handler(*args, **kwargs)
    return _finish(action, given) if inspect.iscoroutine(given) else given


async def _finish(action: str, running: Coroutine[Any, Any, Any]) -> Any:
    with _by_hand(action):
        return await running


@dataclass(frozen=True)
class _Environment:
    action: str

    def reveal(self, name: str) -> str:
        """The value of a secret."""
        return value_of_secret(name, None, self.action)


@contextmanager
def _by_hand(action: str) -> Iterator[None]:
    token = BY_HAND.set(_Environment(action))
    try:
        yield
    finally:
        BY_HAND.reset(token)
