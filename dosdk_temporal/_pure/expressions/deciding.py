"""Pure: the values that an expression's outcome rests on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dosdk_temporal._pure.expressions.program import Expression, compile_text
from dosdk_temporal._pure.expressions.references import Read, reads_in

__all__ = ["path_text", "value_of", "values_read"]


def values_read(expression: Expression, scope: Mapping[str, Any]) -> dict[str, Any]:
    """What an expression reads, each by its path as people write it: ``{"input.plan": "starter"}``.

    Args:
        expression: parsed.
        scope: the names that it can read. A value that is not there is ``UNDEFINED``.
    """
    return {path_text(read): value_of(read, scope) for read in reads_in(expression.tree)}


def path_text(read: Read) -> str:
    """The path of one read as people write it, up to a method or a computed key."""
    return ".".join(read.path)


def value_of(read: Read, scope: Mapping[str, Any]) -> Any:
    """The value of one read, up to a method or a computed key; ``UNDEFINED`` where the way to it leads nowhere."""
    name, *keys = read.path
    path = name + "".join(f"?.[{json.dumps(key)}]" for key in keys)
    return compile_text(path).evaluate(scope)
