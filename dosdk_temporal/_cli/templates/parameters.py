"""Outside: parameters as they are typed: ``limit=5000``, ``approvers=ann,bob``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from dosdk_temporal._cli.templates.template import Template

__all__ = ["ask_for_missing", "read_parameters"]

_OPTION = "--set"


def read_parameters(given: Sequence[str], template: Template) -> dict[str, Any]:
    """What ``--set`` says, each value as its parameter wants it: text as it is, a list also as ``a,b``, all else as JSON.

    Raises:
        typer.BadParameter: for what is not ``key=value``, or a key that is given twice.
    """
    values: dict[str, Any] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"{text[:60]!r} is not key=value, as in limit=5000", param_hint=_OPTION)
        if key in values:
            raise typer.BadParameter(f"{key!r} is given twice", param_hint=_OPTION)
        values[key] = _read(value, template.properties.get(key, {}))
    return values


def ask_for_missing(values: Mapping[str, Any], template: Template) -> dict[str, Any]:
    """The values, with what has no default asked for at the terminal."""
    needed = [name for name in template.parameters.json.get("required", ()) if name not in values]
    asked = {name: typer.prompt(_question(name, template.properties[name]), err=True) for name in needed}
    return {**values, **{name: _read(text, template.properties[name]) for name, text in asked.items()}}


def _question(name: str, schema: Mapping[str, Any]) -> str:
    return f"{name} ({schema['description']})" if schema.get("description") else name


def _read(text: str, schema: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "string":
        return text
    try:
        return json.loads(text)
    except ValueError:
        # What is no JSON and no list is told by the schema, which knows what was wanted.
        return [item.strip() for item in text.split(",")] if kind == "array" else text
