"""Outside: what OpenTelemetry's own variables ask for, of traces and of metrics."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from importlib.metadata import entry_points
from typing import Any, Literal

__all__ = ["asked_for", "exporters", "say_once", "switched_off"]

_log = logging.getLogger("dosdk_temporal")

Signal = Literal["traces", "metrics"]


def asked_for(signal: Signal) -> bool:
    """Whether a variable asks for it."""
    names = ("OTEL_EXPORTER_OTLP_ENDPOINT", f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT", _exporter_variable(signal))
    return any(os.environ.get(name) for name in names)


def switched_off(signal: Signal) -> bool:
    """Whether a variable forbids it."""
    off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    return off or os.environ.get(_exporter_variable(signal)) == "none"


def exporters(signal: Signal) -> list[Any] | None:
    """The classes that the environment asks for; None where one of them is not installed, which is said once."""
    found = {
        name: next(iter(entry_points(group=f"opentelemetry_{signal}_exporter", name=name)), None)
        for name in _names(signal)
    }
    missing = next((name for name, offered in found.items() if offered is None), None)
    if missing is not None:
        say_once(signal, f"no exporter {missing!r} is installed; 'otlp' over http/protobuf and 'console' are")
        return None
    return [offered.load() for offered in found.values() if offered is not None]


@lru_cache(maxsize=16)
def say_once(signal: Signal, why: str) -> None:
    """Say in the log why there are none although they are asked for."""
    _log.warning("an OTEL_* variable asks for %s, and there are none: %s", signal, why)


def _names(signal: Signal) -> list[str]:
    """The names under which OpenTelemetry's packages offer them."""
    names = [name.strip() for name in (os.environ.get(_exporter_variable(signal)) or "otlp").split(",")]
    own = os.environ.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_PROTOCOL")
    protocol = own or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
    return [f"otlp_proto_{'grpc' if protocol == 'grpc' else 'http'}" if name == "otlp" else name for name in names]


def _exporter_variable(signal: Signal) -> str:
    return f"OTEL_{signal.upper()}_EXPORTER"
