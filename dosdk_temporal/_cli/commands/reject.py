"""Outside: ``dosdk reject``."""

from __future__ import annotations

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.deciding import ApprovalName, By, Comment, Form, decide
from dosdk_temporal._cli.options import ExecutionId, Json
from dosdk_temporal._client.do import Do

__all__ = ["reject"]


@connecting
async def reject(
    do: Do,
    execution_id: ExecutionId,
    name: ApprovalName = None,
    *,
    by: By = None,
    comment: Comment = "",
    form: Form = None,
    as_json: Json = False,
) -> None:
    """Reject what a run waits for. Given twice, it counts once; a name that is not waited for yet is kept until it is.

    [dim]Example:[/dim]

    [cyan]dosdk reject order-7 manager --by ann --comment "too expensive"[/cyan]
    """
    await decide(do, execution_id, name, approved=False, by=by, comment=comment, form=form, as_json=as_json)
