"""What workers log: each line bound to its run, once also under replay, failures in one line."""

from __future__ import annotations

import inspect
import logging
import signal
from typing import Any

import pytest

from dosdk_temporal import Retry
from dosdk_temporal._worker import failure_lines
from dosdk_temporal.errors import ActionError, NotFoundError
from dosdk_temporal.testing import TestDo
from tests.live.worker_programs.launch import HERE, worker, worker_with

OF_THE_PROCESS = ("dosdk_temporal.worker", "temporalio.worker._worker")


@pytest.mark.parametrize("cached", [1000, 0])
async def test_every_line_is_bound_and_comes_once(do: TestDo, dosdk_server: str, cached: int) -> None:
    """Lines of every way of logging name their run, step and attempt, and come once, also where every task is replayed."""
    queue, options = do.settings.task_queue, {"max_cached_workflows": cached}
    async with worker_with(options, dosdk_server, queue, "talk.py") as process:
        execution = await do.workflows.start("talk")
        assert await execution.result() == "hello"
        process.send(signal.SIGTERM)
        assert (await process.ends(), process.errors) == (0, [])
    assert process.printed == ["printed at the beginning", "printed at the end: never"]
    lines = [line for line in process.log if line["logger"] not in OF_THE_PROCESS]
    assert {(line.pop("execution"), type(line.pop("timestamp")), len(line.pop("run"))) for line in lines} == {
        (execution.id, str, 36)
    }
    once = {"workflow": "talk", "action": "fail-once", "step": "fail-once"}
    never = {"workflow": "talk", "action": "fail", "step": "fail", "attempt": 1}
    luck = {"attempt": 1, "retry_in": 0.01, "error_type": "LookupError", "error": "no luck\nthis time"}
    end = {"error_type": "ActionError", "error": "never"}
    assert lines == [
        _line("team.structlog", "info", "by structlog", workflow="talk", words=2),
        _line("dosdk_temporal.action", "info", "by the context", **once, attempt=1, word="hello"),
        _line("team.logging", "info", "by logging: hello", **once, attempt=1, word="hello"),
        _line("temporalio.activity", "warning", "attempt failed", **once, **luck, at=_place("raise LookupError")),
        _line("dosdk_temporal.action", "info", "by the context", **once, attempt=2, word="hello"),
        _line("team.logging", "info", "by logging: hello", **once, attempt=2, word="hello"),
        _line("team.logging", "warning", "by logging: hello", workflow="talk"),
        _line("team.structlog", "info", "by structlog", **never),
        _line("temporalio.activity", "warning", "attempt failed", **never, **end, at=_place("raise ActionError")),
    ]


async def test_a_readable_log_has_one_line_each(do: TestDo, dosdk_server: str) -> None:
    """A failed attempt is one line for people too, and no traceback follows it."""
    queue = do.settings.task_queue
    async with worker(dosdk_server, queue, "talk.py", DO_LOG_FORMAT="console", DO_LOG_LEVEL="warning") as process:
        assert await do.workflows.execute("talk") == "hello"
        process.send(signal.SIGTERM)
        assert (await process.ends(), process.errors) == (0, [])
    assert [line.partition("Z ")[2].partition(" [t")[0] or line for line in process.printed] == [
        "printed at the beginning",
        "[warning  ] attempt failed",
        "[warning  ] by logging: hello",
        "[warning  ] attempt failed",
        "printed at the end: never",
    ]


async def test_an_unknown_workflow_is_one_line_a_look(do: TestDo, dosdk_server: str) -> None:
    """A run that the worker does not know is one line each time it is offered; the Rust core's page of it is left out."""
    queue, options = do.settings.task_queue, {"unknown_grace": "1s"}
    async with worker_with(options, dosdk_server, queue, "talk.py") as process:
        execution = await do.workflows.start("tolk")
        with pytest.raises(NotFoundError):
            await execution.result()
        process.send(signal.SIGTERM)
        assert (await process.ends(), process.errors, process.printed) == (0, [], [])
    told = [line for line in process.log if line["logger"] not in OF_THE_PROCESS]
    assert {line["event"] for line in told} == {"workflow unknown here"}
    assert {(line["level"], line["workflow"], line["execution"], line["reason"]) for line in told} == {
        (
            "warning",
            "tolk",
            execution.id,
            f"no worker of task queue {queue!r} has a workflow named 'tolk': did you mean 'talk'?",
        )
    }


async def test_an_embedded_worker_says_failures_in_one_line(do: TestDo, caplog: pytest.LogCaptureFixture) -> None:
    """In a program's own logging a failed attempt is one sentence, without temporalio's tracebacks."""

    @do.action.create(name="pay", retry=Retry(2, "10ms"))
    async def pay() -> None:
        raise LookupError("no\nfunds")

    line = inspect.unwrap(pay).__code__.co_firstlineno + 2
    async with do.worker():
        with pytest.raises(ActionError):
            await do.action.run("pay")
    told = [record for record in caplog.records if record.name == "temporalio.activity"]
    failed = f"LookupError: no funds ({__file__}:{line})"
    assert [(record.levelno, record.getMessage(), record.exc_info) for record in told] == [
        (logging.WARNING, f"attempt 1 of action 'pay' failed, the next in 0.01 s: {failed}", None),
        (logging.WARNING, f"attempt 2 of action 'pay' failed, no other follows: {failed}", None),
    ]


def test_temporals_loggers_are_where_they_were() -> None:
    """The loggers whose lines are made plain are the ones that temporalio uses."""
    from temporalio import activity
    from temporalio.worker import _workflow_instance

    assert (activity.logger.base_logger.name, _workflow_instance.logger.name) == (
        failure_lines.ATTEMPTS,
        failure_lines.TASKS,
    )


def _place(words: str) -> str:
    """Where the served module has these words."""
    module = HERE / "talk.py"
    lines = module.read_text().splitlines()
    return f"{module}:{next(number for number, line in enumerate(lines, 1) if words in line)}"


def _line(logger: str, level: str, event: str, **facts: Any) -> dict[str, Any]:
    return {"logger": logger, "level": level, "event": event, **facts}
