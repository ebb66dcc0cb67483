"""Outside: ``dosdk setup``."""

from __future__ import annotations

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import Json
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do

__all__ = ["setup"]


@connecting
async def setup(do: Do, as_json: Json = False) -> None:
    """Get a namespace ready: register the search attributes, and keep closed runs for 90 days where it is less.

    Says what it changed; safe to repeat. 'dosdk dev' does this by itself.

    [dim]Example:[/dim] [cyan]dosdk setup --address temporal:7233 --namespace production[/cyan]
    """
    from dosdk_temporal._cli.preparing import prepare  # noqa: PLC0415 - --help loads none of it

    done = await prepare(await do.connection())
    if as_json:
        document(done)
        return
    out = console()
    for text in done.changed:
        out.print(f"changed  {text}", style="green")
    for text in done.kept:
        out.print(f"kept     {text}", style="dim")
    for text in done.without:
        out.print(f"without  {text}", style="yellow")
