"""Outside: the catalog as people see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dosdk_temporal._cli.views.times import short

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_catalog"]


def show_catalog(console: Console, found: Mapping[str, list[dict[str, Any]]], modules: Sequence[str] = ()) -> None:
    """Print each definition with what a caller needs to know; where there is none, what of these modules."""
    if not any(found.values()):
        named = f"nothing is defined in {', '.join(modules)}: add an action or a workflow, or name other modules"
        unnamed = "nothing is defined: name the modules that define it, as in 'dosdk catalog flow.py'"
        console.print(named if modules else unnamed)
        return
    for kind, definitions in found.items():
        if definitions:
            console.print(kind, style="bold")
        for definition in definitions:
            _show(console, definition)


def _show(console: Console, definition: Mapping[str, Any]) -> None:
    from rich.text import Text  # noqa: PLC0415 - only where people look

    version = "" if definition["version"] == "1" else f"@{definition['version']}"
    head = Text(f"  {definition['name']}{version}", "cyan")
    head.append(f"  {definition['description']}" if definition["description"] else "", "none")
    console.print(head)
    for name, text in _facts(definition):
        console.print(f"    {name:<8} {text}")


def _facts(definition: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "trigger" in definition:
        yield (
            "trigger",
            ", ".join(
                "direct" if key == "direct" else f"{key} {value}" for key, value in definition["trigger"].items()
            ),
        )
    yield "input", _shape(definition["input"])
    yield "output", _shape(definition["output"])
    yield ("steps" if "trigger" in definition else "attempts"), _options(definition["options"])
    if definition.get("timeout"):
        yield "timeout", _length(definition["timeout"])
    if definition.get("local"):
        yield "local", "runs within the workflow's own task"


def _shape(schema: Mapping[str, Any]) -> str:
    """A schema on one line: ``{email: string, plan?: string}``; --json has all of it."""
    if schema.get("properties"):
        required = set(schema.get("required", ()))
        fields = (
            f"{name}{'' if name in required else '?'}: {_type(field)}" for name, field in schema["properties"].items()
        )
        return f"{{{', '.join(fields)}}}"
    if schema.get("additionalProperties") is False:
        return "nothing"
    return _type(schema)


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema or "const" in schema:
        return " | ".join(repr(value) for value in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return " | ".join(_type(choice) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return str(schema.get("type", "any"))


def _options(options: Mapping[str, Any]) -> str:
    retry = options["retry"]
    count = retry["max_attempts"]
    times = "without limit" if count is None else str(count)
    delays = f", {_length(retry['initial_delay'])} apart, x{retry['multiplier']:g} up to {_length(retry['max_delay'])}"
    limit = "no limit each" if options["timeout"] is None else f"{_length(options['timeout'])} each"
    whole = "" if options["total_timeout"] is None else f", {_length(options['total_timeout'])} in all"
    return f"{times}{'' if count == 1 else delays}; {limit}{whole}"


def _length(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < 60 else short(timedelta(seconds=seconds))  # noqa: PLR2004 - a minute
