"""Outside: the figures of the business as OpenTelemetry metrics, by its own standard variables.

``dosdk.kpi.total`` adds up what runs recorded and ``dosdk.kpi.records`` counts it, each by workflow and name: their quotient
is the average over any time, whatever the sign. Every single value is in its run's status. They are made where a variable
asks for metrics, or where a program has itself set a meter provider. A worker that is lost at a run's very end may count its
figures twice.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from dosdk_temporal._outside.exporters import asked_for, exporters, say_once, switched_off

__all__ = ["flush_kpis", "prepare_kpis", "record_kpis"]


class _Counters(NamedTuple):
    total: Any
    records: Any


def prepare_kpis() -> None:
    """Make ready what measures, at a worker's start: a workflow's own thread may start no other."""
    if not switched_off("metrics") and (asked_for("metrics") or _own_provider() is not None):
        _counters()


def record_kpis(workflow: str, figures: Mapping[str, Any]) -> None:
    """Add the figures of one run that are numbers; texts and truths stay in its memo alone."""
    counters = _counters() if _counters.cache_info().currsize else None
    if counters is None:
        return
    for name, value in figures.items():
        if type(value) in {int, float}:
            attributes = {"workflow": workflow, "kpi": name}
            counters.total.add(value, attributes)
            counters.records.add(1, attributes)


def flush_kpis() -> None:
    """Send what is not sent yet: for the end of a process that skips Python's own clean-up. Blocks."""
    provider = _own_provider()
    if provider is not None:
        provider.force_flush()


def _own_provider() -> Any:
    """The meter provider of this process; None where none is set."""
    sdk = sys.modules.get("opentelemetry.sdk.metrics")
    if sdk is None:
        return None
    from opentelemetry.metrics import get_meter_provider  # noqa: PLC0415 - an extra, loaded by now

    provider = get_meter_provider()
    return provider if isinstance(provider, sdk.MeterProvider) else None


@lru_cache(maxsize=1)
def _counters() -> _Counters | None:
    """Of the program's own provider, or that of the environment; None where there can be none."""
    try:
        from opentelemetry import metrics  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415
    except ImportError:
        say_once("metrics", "OpenTelemetry is not installed: pip install 'dosdk-temporal[otel]'")
        return None
    if _own_provider() is None:
        wanted = exporters("metrics")
        if wanted is None:
            return None
        metrics.set_meter_provider(MeterProvider([PeriodicExportingMetricReader(exporter()) for exporter in wanted]))
    meter = metrics.get_meter("dosdk_temporal")
    return _Counters(
        meter.create_up_down_counter("dosdk.kpi.total", description="The sum of what runs recorded"),
        meter.create_counter("dosdk.kpi.records", description="How many runs recorded it"),
    )
