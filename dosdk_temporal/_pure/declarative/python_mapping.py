"""Pure: a definition that is a Python mapping, as the plain values that a file would give.

Schemas of ``z`` and models stay what they are: no text can hold them, and the doors to schemas know them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dosdk_temporal._pure.declarative.document import Document
from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.source import MAX_DEPTH
from dosdk_temporal._pure.declarative.torn_text import mended
from dosdk_temporal._pure.schemas.doors import is_ready

__all__ = ["read_mapping"]


def read_mapping(given: Mapping[str, Any], problems: Problems) -> Document:
    """The mapping as a document that shares nothing with it."""
    return Document(_plain(given, (), problems))


def _plain(value: Any, path: Path, problems: Problems) -> Any:
    if value is None or isinstance(value, bool | int) or is_ready(value):
        return value
    if isinstance(value, str):
        return _text(value, path, problems)
    if len(path) > MAX_DEPTH:
        problems.error("too-deep", path[:3], f"this is nested more than {MAX_DEPTH} deep, or holds itself")
    elif isinstance(value, Mapping):
        return {key: _plain(item, (*path, key), problems) for key, item in _named(value, path, problems)}
    elif isinstance(value, list | tuple):
        return [_plain(item, (*path, index), problems) for index, item in enumerate(value)]
    elif isinstance(value, float) and math.isfinite(value):
        return value
    else:
        hint = "give text, numbers, True, False, None, lists and mappings; functions are named"
        problems.error("not-json", path, f"{value!r:.60} is nothing that JSON can say", hint)
    problems.spoil(path)
    return None


def _named(value: Mapping[Any, Any], path: Path, problems: Problems) -> list[tuple[str, Any]]:
    for key in value:
        if not isinstance(key, str):
            problems.error("not-json", path, f"the key {key!r:.60} is no text", "write it in quotes")
    return [(_text(key, path, problems), item) for key, item in value.items() if isinstance(key, str)]


def _text(text: str, path: Path, problems: Problems) -> str:
    whole, is_torn = mended(str(text))
    if is_torn:
        problems.error("encoding", path, "this text holds half a character (a lone surrogate)", "write all of it")
    return whole
