"""Outside: ``dosdk metrics``."""

from __future__ import annotations

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import ExecutionId, Json
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do

__all__ = ["metrics"]


@connecting
async def metrics(do: Do, execution_id: ExecutionId, as_json: Json = False) -> None:
    """Show a run's figures: how long it and its steps took and waited, and the metrics of the business.

    [dim]Example:[/dim] [cyan]dosdk metrics report-2027-01-01[/cyan]
    """
    from dosdk_temporal._cli.views.metrics import show_metrics  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._cli.views.status import title  # noqa: PLC0415

    found = await do.workflows.get_status(execution_id, include_metrics=True)
    assert found.metrics is not None  # noqa: S101 - asked for
    if as_json:
        document(found.metrics)
    else:
        console().print(title(found))
        show_metrics(console(), found.metrics)
