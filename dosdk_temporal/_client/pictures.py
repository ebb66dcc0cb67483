"""Outside: pictures of runs, from what the server recorded alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosdk_temporal._client.recorded.record import read_record
from dosdk_temporal._client.recorded.trail import read_trail
from dosdk_temporal._client.status import status_of
from dosdk_temporal._pure.drawing.picture import Canvas
from dosdk_temporal._pure.drawing.run import draw_run

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["picture_of_run"]


async def picture_of_run(do: Do, execution_id: str) -> Canvas:
    """A run: its definition, coloured by what became of each step; of a handler's run the steps that it made, in order.

    Raises:
        NotFoundError: when there is no such run.
    """
    connection = await do.connection()
    record = await read_record(connection, connection.client.get_workflow_handle(execution_id))
    trail = await read_trail(record)
    status = await status_of(record, trail)
    return draw_run(status, trail)
