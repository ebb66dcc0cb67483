"""Outside: ``dosdk resolve``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.deciding import By, Comment, user_name
from dosdk_temporal._cli.options import VALUE, ExecutionId, Json
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do

if TYPE_CHECKING:
    from dosdk_temporal._pure.resolutions import Resolution

__all__ = ["resolve"]


@connecting
async def resolve(
    do: Do,
    execution_id: ExecutionId,
    step: Annotated[
        str | None,
        typer.Argument(
            metavar="[STEP]", help="Which step, as 'dosdk approvals' shows it. Needed where several are held."
        ),
    ] = None,
    *,
    retry: Annotated[bool, typer.Option("--retry", help="Try it again, with a fresh set of attempts.")] = False,
    skip: Annotated[
        str | None,
        typer.Option("--skip", metavar=VALUE, help="Go on with this value as its output; null for none."),
    ] = None,
    fail: Annotated[bool, typer.Option("--fail", help="Let it fail, with the error that it failed with.")] = False,
    by: By = None,
    comment: Comment = "",
    as_json: Json = False,
) -> None:
    """Say what becomes of a step that failed and is held: try it again, skip it with a value, or let it fail.

    [dim]Examples:[/dim]

    [cyan]dosdk resolve order-7 charge-card --retry --by ann --comment "the bank is back"[/cyan]

    [cyan]dosdk resolve order-7 --skip '{"charged": true}'[/cyan]
    """
    from dosdk_temporal._cli.views.decision import resolution_line  # noqa: PLC0415 - --help loads none of it

    resolution, value = _meant(retry, skip, fail)
    who = by or user_name()
    answer = await do.approvals.resolve(execution_id, step, resolution, value=value, by=who, comment=comment)
    document(answer) if as_json else console().print(resolution_line(execution_id, answer))


def _meant(retry: bool, skip: str | None, fail: bool) -> tuple[Resolution, Any]:
    from dosdk_temporal._cli.reading import read_input  # noqa: PLC0415 - --help loads none of it

    if [retry, skip is not None, fail].count(True) != 1:
        raise typer.BadParameter("say one of them: --retry, --skip VALUE or --fail", param_hint="resolve")
    if skip is not None:
        return "skip", read_input(skip, "--skip")
    return ("retry" if retry else "fail"), None
