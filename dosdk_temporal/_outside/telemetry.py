"""Outside: OpenTelemetry traces, by its own standard variables.

Spans lead from the client through the workflow to each attempt; a replayed run makes each once. They are made where
``OTEL_EXPORTER_OTLP_ENDPOINT``, ``OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`` or ``OTEL_TRACES_EXPORTER`` asks for them, or
where a program has itself set a tracer provider of ``temporalio.contrib.opentelemetry.create_tracer_provider``.
"""

from __future__ import annotations

import logging
import os
import sys
from functools import lru_cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temporalio.plugin import SimplePlugin

__all__ = ["flush_telemetry", "telemetry_plugins"]

_log = logging.getLogger("dosdk_temporal")

_SWITCHES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER")


def telemetry_plugins() -> list[SimplePlugin]:
    """The plugin that traces, or none where nothing asks for traces or nothing can make them."""
    if not _is_wanted():
        return []
    try:
        from temporalio.contrib.opentelemetry import OpenTelemetryPlugin  # noqa: PLC0415 - an extra

        return [OpenTelemetryPlugin(add_temporal_spans=True)] if _set_provider() else []
    except ImportError:
        _say_once("OpenTelemetry is not installed: pip install 'dosdk-temporal[otel]'")
        return []


def flush_telemetry() -> None:
    """Send the spans that are not sent yet: for the end of a process that skips Python's own clean-up. Blocks."""
    if _own_provider() is not None:
        _own_provider().force_flush()


def _is_wanted() -> bool:
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or os.environ.get("OTEL_TRACES_EXPORTER") == "none":
        return False
    return any(os.environ.get(name) for name in _SWITCHES) or _own_provider() is not None


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
        _say_once("the program's tracer provider is not safe under replay: take temporalio's create_tracer_provider")
        return False
    exporters = [_exporter(name) for name in _wanted_exporters()]
    if None in exporters:
        return False
    provider = create_tracer_provider()
    for exporter in exporters:
        provider.add_span_processor(BatchSpanProcessor(exporter()))
    trace.set_tracer_provider(provider)
    return True


def _wanted_exporters() -> list[str]:
    """The names under which OpenTelemetry's packages offer what the environment asks for."""
    names = [name.strip() for name in (os.environ.get("OTEL_TRACES_EXPORTER") or "otlp").split(",")]
    protocol = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
    return [f"otlp_proto_{'grpc' if protocol == 'grpc' else 'http'}" if name == "otlp" else name for name in names]


def _exporter(name: str) -> Any:
    offered = next(iter(entry_points(group="opentelemetry_traces_exporter", name=name)), None)
    if offered is None:
        _say_once(f"no exporter {name!r} is installed; 'otlp' over http/protobuf and 'console' are")
        return None
    return offered.load()


@lru_cache(maxsize=8)
def _say_once(why: str) -> None:
    _log.warning("an OTEL_* variable asks for traces, and there are none: %s", why)
