"""A workflow handler that comes to no await: said by its worker in one line that names it, and over when its code is better."""

from __future__ import annotations

import asyncio
import inspect
import logging

import pytest

from dosdk_temporal import Trigger
from dosdk_temporal._worker.failure_lines import ACTIVATIONS
from dosdk_temporal.testing import TestDo


async def test_an_endless_loop_is_one_line(do: TestDo, caplog: pytest.LogCaptureFixture) -> None:
    """It names the workflow, the run, the line and what to do; the run goes on once the handler comes to an end."""
    mended: list[bool] = []

    @do.workflow.create(name="loops")
    async def loops(_: Trigger) -> str:
        all(not mended for _ in iter(int, 1))  # iter never comes to 1
        return "mended"

    line = inspect.getsourcelines(loops.__wrapped__)[1] + 2  # below its decorator and its def
    async with do.worker():
        run = await do.workflows.start("loops")
        while not (told := [record for record in caplog.records if record.name == ACTIVATIONS]):  # noqa: ASYNC110 - its log
            await asyncio.sleep(0.05)
        mended.append(True)
        assert await run.result() == "mended"
    sentence = (
        f"workflow 'loops', run '{run.id}', is stuck at {__file__}:{line}: the handler came to no await within 2 s: it has an "
        "endless loop, or does long work that belongs into an action; start a worker with better code, and it goes on by "
        f"itself, or end it with 'dosdk terminate {run.id}'"
    )
    said = [(record.levelno, record.getMessage(), record.exc_info) for record in told]
    assert said == [(logging.ERROR, sentence, None)]
