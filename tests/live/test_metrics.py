"""Figures of real runs: of the business, and of steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from opentelemetry.metrics import set_meter_provider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from dosdk_temporal import ActionContext, ExecutionStatus, InputError, Retry, Trigger, WorkflowError
from dosdk_temporal._pure.metrics import Kpi
from dosdk_temporal.testing import TestDo
from tests.live.command_line import dosdk, masked

Serve = Callable[..., Any]


@pytest.fixture(scope="module")
def reader() -> InMemoryMetricReader:
    """What this process has measured, by its program's own provider."""
    own = InMemoryMetricReader()
    set_meter_provider(MeterProvider([own]))
    return own


async def figures(do: TestDo, execution_id: str) -> dict[str, Any]:
    """The figures of the business, by name."""
    status = await do.workflows.get_status(execution_id, include_metrics=True)
    assert status.metrics is not None
    return {name: kpi.value for name, kpi in status.metrics.kpis.items()}


async def test_handlers_and_actions_record(do: TestDo, serve: Serve) -> None:
    """An action's figures count once, with the attempt that succeeds; those of failed attempts are dropped; the last wins."""

    @do.action.create(name="measure", retry=Retry(3, "1ms"))
    def measure(context: ActionContext) -> None:
        do.record_metric(f"attempt {context.attempt}", context.attempt)
        do.record_metric("total", 10)
        if context.attempt < 3:
            raise ValueError("again")

    @do.workflow.create(name="measured")
    async def measured(_: Trigger) -> None:
        do.record_metric("total", 1)
        await do.action.run("measure")
        do.record_metric("rate", 0.5)

    async with serve():
        run = await do.workflows.start("measured")
        await run.result()
        assert await figures(do, run.id) == {"total": 10, "attempt 3": 3, "rate": 0.5}
        plain = await run.status()
    assert (plain.metrics, plain.audit_trail) == (None, None)


async def test_a_run_that_fails_keeps_its_figures(do: TestDo, serve: Serve) -> None:
    """What was recorded before the failure is there; a figure that cannot be one fails the run in a sentence."""

    @do.workflow.create(name="fails")
    async def fails(trigger: Trigger) -> None:
        do.record_metric("total", 3)
        do.record_metric("total", trigger.payload["value"])

    async with serve():
        run = await do.workflows.start("fails", {"value": [1]})
        with pytest.raises(WorkflowError) as failed:
            await run.result()
        assert await figures(do, run.id) == {"total": 3}
    assert isinstance(failed.value.cause, InputError)
    assert str(failed.value.cause) == (
        "the metric 'total' got a value of type list: a metric is a number, true or false, or a short text; "
        "record its parts one by one"
    )


async def test_definitions_declare_figures(do: TestDo, serve: Serve) -> None:
    """Declared figures are computed at the end or recorded by steps; one that was not has no value; others are kept."""

    @do.action.create(name="charge")
    async def charge(amount: int) -> dict[str, int]:
        do.record_metric("seen", True)
        do.record_metric("timeToValue", 4)
        return {"paid": amount}

    metrics = [
        {"name": "timeToValue", "description": "Time to first value"},
        {"name": "rate", "description": "Never recorded"},
        {"name": "paid", "value": "{{ sum.paid * 2 }}"},
    ]
    steps = [{"id": "sum", "function": "charge", "input": {"amount": "{{ input.amount }}"}}]
    do.workflows.create({"name": "sells", "steps": steps, "metrics": metrics})
    async with serve():
        run = await do.workflows.start("sells", {"amount": 3})
        await run.result()
        status = await run.status(include_metrics=True)
    assert status.metrics is not None
    assert status.metrics.kpis == {
        "timeToValue": Kpi("Time to first value", 4),
        "rate": Kpi("Never recorded", None),
        "paid": Kpi("", 6),
        "seen": Kpi("", True),
    }


async def test_steps_are_timed(do: TestDo, serve: Serve) -> None:
    """Each step has its attempts, how long it waited and how long it ran; all of it within the run's own length."""

    @do.action.create(name="work", retry=Retry(2, "1ms"))
    async def work(context: ActionContext) -> None:
        if context.attempt == 1:
            raise ValueError("again")

    @do.workflow.create(name="works")
    async def works(_: Trigger) -> None:
        await do.action.run("work")

    async with serve():
        run = await do.workflows.start("works")
        await run.result()
        status: ExecutionStatus = await run.status(include_metrics=True)
        said = await dosdk(do, "metrics", run.id)
    assert status.metrics is not None
    (timed,) = status.metrics.steps.values()
    assert (list(status.metrics.steps), timed.attempts) == (["work"], 2)
    zero = timedelta(0)
    assert None not in (timed.queue_time, timed.run_time)
    assert zero <= (timed.queue_time or zero) + (timed.run_time or zero) <= status.metrics.duration
    lines = [line.split() for line in masked(said.out).splitlines()]
    assert (said.err, lines[1:]) == (
        "",
        [
            ["took", "<length>"],
            ["step", "attempts", "waited", "ran"],
            ["work", "2", "attempts", "<length>", "<length>"],
        ],
    )


async def test_numbers_are_measured(do: TestDo, serve: Serve, reader: InMemoryMetricReader) -> None:
    """Where OpenTelemetry is set up each run adds its numbers once, of any sign, however often it is replayed."""
    name = f"sells-{do.settings.task_queue}"

    @do.workflow.create(name=name)
    async def sells(_: Trigger) -> None:
        do.record_metric("margin", -2.5)
        do.record_metric("channel", "web")
        await do.sleep("1ms")
        do.record_metric("sold", 3)

    async with serve():
        for _ in range(2):
            await do.workflows.execute(name)
    assert measured(reader, name) == {
        ("dosdk.kpi.total", "margin"): -5.0,
        ("dosdk.kpi.records", "margin"): 2,
        ("dosdk.kpi.total", "sold"): 6,
        ("dosdk.kpi.records", "sold"): 2,
    }


def measured(reader: InMemoryMetricReader, workflow: str) -> dict[tuple[str, Any], Any]:
    """The sums so far, by instrument and KPI."""
    data: Any = reader.get_metrics_data()
    metrics = (
        metric for resource in data.resource_metrics for scope in resource.scope_metrics for metric in scope.metrics
    )
    points = ((metric.name, point) for metric in metrics for point in metric.data.data_points)
    return {(n, p.attributes["kpi"]): p.value for n, p in points if p.attributes["workflow"] == workflow}
