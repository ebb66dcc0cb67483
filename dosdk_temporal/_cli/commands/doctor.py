"""Outside: ``dosdk doctor``."""

from __future__ import annotations

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import Json
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do

__all__ = ["doctor"]

_STYLES = {"ok": "green", "warning": "yellow", "broken": "red"}


@connecting
async def doctor(do: Do, as_json: Json = False) -> int:
    """Check the way to the server and the server itself, and say what to do. The status is 1 if something is broken.

    [dim]Example:[/dim] [cyan]dosdk doctor --address temporal:7233[/cyan]
    """
    from dosdk_temporal._cli.checking import Check, checks  # noqa: PLC0415 - --help loads none of it
    from dosdk_temporal._cli.faults import complain  # noqa: PLC0415

    found: list[Check] = []
    out = console()
    async for check in checks(do):
        found.append(check)
        if not as_json:
            out.print(f"{check.state:<8} {check.name:<18} {check.found}", style=_STYLES[check.state])
            if check.advice:
                out.print(f"{'':<8} {'':<18} -> {check.advice}")
    broken = [check for check in found if check.state == "broken"]
    if as_json:
        document({"ok": not broken, "checks": found})
    for check in broken:
        complain(f"{check.name}: {check.found}")
    return 1 if broken else 0
