"""Outside: ``dosdk action run``."""

from __future__ import annotations

import asyncio
import shlex
from typing import Annotated, Any, Final

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.groups import USAGE, Group
from dosdk_temporal._cli.help import show_help
from dosdk_temporal._cli.options import InputJson, Json, Modules
from dosdk_temporal._cli.output import document
from dosdk_temporal._client.do import Do

__all__ = ["action"]

_SPELLED: Final = {"the idempotency_key must": "the --key must"}


class _Actions(Group):
    """As the other groups; and what is taken for a command is often an action's name, which 'run' belongs before."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that is named."""
        try:
            return super().resolve_command(ctx, args)
        except USAGE as error:
            typed = f"dosdk action run {shlex.quote(args[0])}"
            raise USAGE(f"{error.format_message()} '{typed}' runs the action of that name", ctx=ctx) from None


action = typer.Typer(name="action", cls=_Actions, help="Run one action by itself.")


@action.callback(invoke_without_command=True)
def group(context: typer.Context) -> None:
    """Run one action by itself, durably, without a workflow."""
    show_help(context)


@action.command("run")
@connecting
async def run_action(
    do: Do,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The action's name, or name@version.")],
    *,
    given: InputJson = None,
    key: Annotated[
        str | None,
        typer.Option(
            "--key", metavar="KEY", help="An idempotency key: with one key it runs once, however often it is asked for."
        ),
    ] = None,
    modules: Modules = None,
    as_json: Json = False,
) -> None:
    """Run one action by itself and print its result as JSON; with --json also its id, attempts and times.

    [dim]Example:[/dim]

    [cyan]dosdk action run send-welcome-email --input '{"userId": "u1", "template": "welcome-standard"}'[/cyan]
    """
    from dosdk_temporal._cli.faults import complain  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._cli.flags import in_flags  # noqa: PLC0415
    from dosdk_temporal._cli.reading import read_input  # noqa: PLC0415
    from dosdk_temporal._worker.modules import load_modules  # noqa: PLC0415

    value = read_input(given)
    load_modules(tuple(modules or ()))
    try:
        with in_flags(_SPELLED):
            result = await do.action.execute(name=name, params=value, idempotency_key=key)
    except asyncio.CancelledError:
        complain(f"action {name!r} goes on: what was started is not cancelled with the command", "note")
        raise
    document(result if as_json else result.output)
