"""Outside: the value of ``--form``: JSON, a file, or a field at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from dosdk_temporal._cli.reading import is_named_file, read_input

__all__ = ["read_form"]

_OPTION = "--form"


def read_form(given: Sequence[str]) -> Any:
    """What was filled in; None where nothing was.

    Args:
        given: each value of the option: one that is JSON, a file or ``-``; or several of ``key=value``, whose values are text.

    Raises:
        typer.BadParameter: when it is none of these.
    """
    if not given:
        return None
    if len(given) == 1 and _is_whole(given[0].lstrip()):
        return read_input(given[0].lstrip(), _OPTION)
    fields: dict[str, str] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key or text.startswith(("@", "{")):
            raise typer.BadParameter(
                f"{text[:60]!r} is not key=value: give each field so, or the whole form as JSON or @file.json",
                param_hint=_OPTION,
            )
        if key in fields:
            raise typer.BadParameter(f"{key!r} is given twice", param_hint=_OPTION)
        fields[key] = value
    return fields


def _is_whole(text: str) -> bool:
    return text == "-" or text.startswith(("@", "{")) or ("=" not in text and is_named_file(text))
