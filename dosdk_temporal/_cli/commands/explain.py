"""Outside: ``dosdk explain``."""

from __future__ import annotations

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import ExecutionId, Json
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do

__all__ = ["explain"]


@connecting
async def explain(do: Do, execution_id: ExecutionId, as_json: Json = False) -> None:
    """Say in plain words where a run stands, why it does not go on, and what can be done.

    [dim]Example:[/dim] [cyan]dosdk explain order-7[/cyan]
    """
    explanation = await do.workflows.explain(execution_id)
    document(explanation) if as_json else console().print(str(explanation))
