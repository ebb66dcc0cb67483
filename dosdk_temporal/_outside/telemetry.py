"""Outside: OpenTelemetry, by its own standard variables.

Spans lead from the client through the workflow to each attempt. They are made where ``OTEL_EXPORTER_OTLP_ENDPOINT``,
``OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`` or ``OTEL_TRACES_EXPORTER`` says so, or where a program has set a tracer provider of
``temporalio.contrib.opentelemetry.create_tracer_provider`` itself.
"""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from typing import Any

from temporalio.plugin import SimplePlugin

__all__ = ["telemetry_plugins"]

_SWITCHES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER")


def telemetry_plugins() -> list[SimplePlugin]:
    """The plugin that traces, or none where nothing asks for traces."""
    if not _is_wanted():
        return []
    try:
        from temporalio.contrib.opentelemetry import OpenTelemetryPlugin  # noqa: PLC0415 - an extra
    except ImportError:
        _say_once()
        return []
    _set_provider()
    return [OpenTelemetryPlugin(add_temporal_spans=True)]


def _is_wanted() -> bool:
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or os.environ.get("OTEL_TRACES_EXPORTER") == "none":
        return False
    return any(os.environ.get(name) for name in _SWITCHES) or _has_own_provider()


def _has_own_provider() -> bool:
    import sys  # noqa: PLC0415

    trace: Any = sys.modules.get("opentelemetry.trace")
    provider = getattr(trace, "_TRACER_PROVIDER", None)
    return provider is not None and type(provider).__name__ == "ReplaySafeTracerProvider"


@lru_cache(maxsize=1)
def _set_provider() -> None:
    from opentelemetry import trace  # noqa: PLC0415
    from temporalio.contrib.opentelemetry import create_tracer_provider  # noqa: PLC0415

    if _has_own_provider():
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = create_tracer_provider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


@lru_cache(maxsize=1)
def _say_once() -> None:
    logging.getLogger("dosdk_temporal").warning(
        "an OTEL_* variable asks for traces, but OpenTelemetry is not installed: pip install 'dosdk-temporal[otel]'"
    )
