"""Pure: what an expression has made, before it goes out into the world: no larger than can be carried."""

from __future__ import annotations

from typing import Any, Final

from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.limits import MAX_DEPTH, MAX_RESULT
from dosdk_temporal._pure.expressions.undefined import UNDEFINED

__all__ = ["check_size", "without_undefined"]

_SMALL: Final = frozenset({bool, int, float, type(None)})
"""What is small enough to be counted by being an element."""


def check_size(value: Any) -> None:
    """Refuse what would be too large as JSON, although in memory its parts may be one and the same.

    Raises:
        ExpressionError: when it holds too many characters and elements.
    """
    if type(value) in _SMALL:  # as conditions mostly are
        return
    waiting, size = [value], 0
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            size += len(found)
        elif isinstance(found, dict):
            size += len(found) + sum(map(len, found))
            waiting += [item for item in found.values() if type(item) not in _SMALL]
        elif isinstance(found, list | tuple):
            size += len(found)
            waiting += [item for item in found if type(item) not in _SMALL]
        if size > MAX_RESULT:
            raise ExpressionError(f"the result holds more than {MAX_RESULT:,} characters and elements")


def without_undefined(value: Any, depth: int = 0) -> Any:
    """The value as JSON has it: an undefined property is left out, an undefined element is null; itself if it has none.

    Raises:
        ExpressionError: when it is nested too deeply, or holds itself.
    """
    if depth > MAX_DEPTH:
        raise ExpressionError(f"the result is nested more than {MAX_DEPTH} deep")
    if isinstance(value, dict):
        kept = {key: without_undefined(item, depth + 1) for key, item in value.items() if item is not UNDEFINED}
        return kept if _differs(kept.values(), [value[key] for key in kept], len(value)) else value
    if isinstance(value, list | tuple):
        items = [None if item is UNDEFINED else without_undefined(item, depth + 1) for item in value]
        return items if _differs(items, value, len(value)) else value
    return value


def _differs(made: Any, given: Any, length: int) -> bool:
    return len(made) != length or any(one is not other for one, other in zip(made, given, strict=True))
