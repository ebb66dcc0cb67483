"""Outside: OpenTelemetry traces, by its own standard variables.

Spans lead from the client through the workflow to each attempt; a replayed run makes each once. They are made where
``OTEL_EXPORTER_OTLP_ENDPOINT``, ``OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`` or ``OTEL_TRACES_EXPORTER`` asks for them, or
where a program has itself set a tracer provider of ``temporalio.contrib.opentelemetry.create_tracer_provider``.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dosdk_temporal._outside.exporters import asked_for, exporters, say_once, switched_off
from dosdk_temporal._outside.kpis import flush_kpis

if TYPE_CHECKING:
    from temporalio.plugin import SimplePlugin

__all__ = ["flush_telemetry", "telemetry_plugins"]


def telemetry_plugins() -> list[SimplePlugin]:
    """The plugin that traces, or none where nothing asks for traces or nothing can make them."""
    if not _is_wanted():
        return []
    try:
        from temporalio.contrib.opentelemetry import OpenTelemetryPlugin  # noqa: PLC0415 - an extra

        return [OpenTelemetryPlugin(add_temporal_spans=True)] if _set_provider() else []
    except ImportError:
        say_once("traces", "OpenTelemetry is not installed: pip install 'dosdk-temporal[otel]'")
        return []


def flush_telemetry() -> None:
    """Send what is not sent yet: for the end of a process that skips Python's own clean-up. Blocks."""
    if _own_provider() is not None:
        _own_provider().force_flush()
    flush_kpis()


def _is_wanted() -> bool:
    return not switched_off("traces") and (asked_for("traces") or _own_provider() is not None)


def _own_provider() -> Any:
    """The tracer provider of this process where it is safe under replay; None for any other, and where none is set."""
    integration = sys.modules.get("temporalio.contrib.opentelemetry")
    if integration is None:
        return None
    from opentelemetry.trace import get_tracer_provider  # noqa: PLC0415 - an extra, loaded by now

    provider = get_tracer_provider()
    return provider if isinstance(provider, integration.ReplaySafeTracerProvider) else None


@lru_cache(maxsize=1)
def _set_provider() -> bool:
    """Whether this process has a tracer provider that is safe under replay; makes the one of the environment."""
    from opentelemetry import trace  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from temporalio.contrib.opentelemetry import create_tracer_provider  # noqa: PLC0415

    if _own_provider() is not None:
        return True
    if not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        say_once(
            "traces", "the program's tracer provider is not safe under replay: take temporalio's create_tracer_provider"
        )
        return False
    wanted = exporters("traces")
    if wanted is None:
        return False
    provider = create_tracer_provider()
    for exporter in wanted:
        provider.add_span_processor(BatchSpanProcessor(exporter()))
    trace.set_tracer_provider(provider)
    return True
