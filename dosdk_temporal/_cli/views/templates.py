"""Outside: templates as people see them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from dosdk_temporal._cli.templates.template import Filled, Template

__all__ = ["show_added", "show_template", "show_templates", "template_document"]


def template_document(template: Template) -> dict[str, Any]:
    """All of a template, as JSON."""
    return {
        "name": template.name,
        "package": template.package,
        "summary": template.summary,
        "description": template.description,
        "parameters": dict(template.parameters.json),
        "functions": dict(template.functions),
        "definition": template.text,
    }


def show_templates(console: Console, templates: Iterable[Template]) -> None:
    """Print a line for each."""
    listed = list(templates)
    width = max((len(template.name) for template in listed), default=0)
    for template in listed:
        console.print(f"{template.name:<{width}}  {template.summary}{_owner(template)}")
    console.print(
        "\n'dosdk templates show NAME' tells all of one, 'dosdk templates add NAME' puts it into your project"
    )


def show_template(console: Console, template: Template) -> None:
    """Print what it is, what may be set, what has to be there, and the definition."""
    console.print(f"{template.name}{_owner(template)}", style="bold")
    console.print(template.summary)
    if template.description:
        console.print(f"\n{template.description}")
    _table(console, "parameters", {name: _parameter(schema) for name, schema in template.properties.items()})
    _table(console, "functions that it calls", template.functions)
    console.print("\ndefinition", style="bold")
    console.print(template.text.rstrip())


def show_added(console: Console, template: Template, filled: Filled, path: Path) -> None:
    """Print where it is, with which parameters, and what to do next."""
    console.print(f"{path}: workflow {filled.definition.name!r}, of template {template.name!r}")
    _table(console, "parameters", {name: _json(value) for name, value in filled.values.items()})
    _table(console, "functions that it calls, to be actions of yours", filled.functions)
    console.print("\nnext", style="bold")
    console.print(f"  dosdk simulate {path} --tests")
    console.print(f"  dosdk validate {path} --module your.actions")
    console.print(f"  dosdk worker your.actions {path}")


def _table(console: Console, title: str, rows: Mapping[str, str]) -> None:
    if not rows:
        return
    console.print(f"\n{title}", style="bold")
    width = max(map(len, rows))
    for name, text in rows.items():
        console.print(f"  {name:<{width}}  {text}")


def _parameter(schema: Mapping[str, Any]) -> str:
    default = f"default {_json(schema['default'])}" if "default" in schema else "has to be given"
    return f"{schema['description']}; {default}" if schema.get("description") else default


def _owner(template: Template) -> str:
    return "" if template.package == "dosdk" else f"  (of {template.package})"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
