"""Outside: ``dosdk approve``."""

from __future__ import annotations

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.deciding import ApprovalName, By, Comment, Form, decide
from dosdk_temporal._cli.options import ExecutionId, Json
from dosdk_temporal._client.do import Do

__all__ = ["approve"]


@connecting
async def approve(
    do: Do,
    execution_id: ExecutionId,
    name: ApprovalName = None,
    *,
    by: By = None,
    comment: Comment = "",
    form: Form = None,
    as_json: Json = False,
) -> None:
    """Approve what a run waits for. Given twice, it counts once; a name that is not waited for yet is kept until it is.

    [dim]Examples:[/dim]

    [cyan]dosdk approve order-7 manager --by ann --comment "as agreed"[/cyan]

    [cyan]dosdk approve order-7 --by ann --form limit=500 --form reason="long known"[/cyan]
    """
    await decide(do, execution_id, name, approved=True, by=by, comment=comment, form=form, as_json=as_json)
