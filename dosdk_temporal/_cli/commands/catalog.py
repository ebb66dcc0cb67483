"""Outside: ``dosdk catalog``."""

from __future__ import annotations

from dosdk_temporal._cli.options import Json, OptionalModules
from dosdk_temporal._cli.output import console, document

__all__ = ["catalog"]


def catalog(modules: OptionalModules = None, as_json: Json = False) -> None:
    """Show what modules define: actions and workflows with input, options in force, and trigger.

    Needs no server. With --json each input and output is a JSON schema.

    [dim]Example:[/dim] [cyan]dosdk catalog myproject.flows --json[/cyan]
    """
    from dosdk_temporal._cli.entries import entries  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._cli.notices import showing_notices  # noqa: PLC0415
    from dosdk_temporal._cli.views.catalog import show_catalog  # noqa: PLC0415
    from dosdk_temporal._pure.registry import DEFAULT_REGISTRY  # noqa: PLC0415
    from dosdk_temporal._worker.modules import load_modules  # noqa: PLC0415

    with showing_notices():
        load_modules(tuple(modules or ()))
    found = entries(DEFAULT_REGISTRY)
    document(found) if as_json else show_catalog(console(), found, modules or ())
