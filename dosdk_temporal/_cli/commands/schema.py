"""Outside: ``dosdk schema``."""

from __future__ import annotations

from dosdk_temporal._cli.options import Json
from dosdk_temporal._cli.output import document, line

__all__ = ["schema"]


def schema(as_json: Json = False) -> None:
    """Print the JSON Schema of definitions, for editors: completion, descriptions, and faults while you write.

    Name it in a definition's first line, as VS Code and others read it: # yaml-language-server: $schema=definition.schema.json

    [dim]Example:[/dim] [cyan]dosdk schema > definition.schema.json[/cyan]
    """
    from dosdk_temporal._pure.declarative.workflow_shape import published_schema  # noqa: PLC0415 - --help loads none of it

    line(published_schema()) if as_json else document(published_schema())
