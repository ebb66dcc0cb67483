"""Outside: temporalio's runtime where a worker runs: what its Rust core logs goes the way of every other line."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from typing import Final

from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from dosdk_temporal._worker.failure_lines import CORE

__all__ = ["configure_runtime", "offer_runtime"]

_ALIVE: Final = timedelta(seconds=10)
"""How often a worker says that it is there. Temporal's minute would leave a killed one in good standing for as long."""


def configure_runtime() -> None:
    """Let connections from now on have a runtime whose core logs through Python."""
    # A connection made before, as by `dosdk dev` to its own server, stays on the runtime that it has.
    Runtime.set_default(_logging_runtime(), error_if_already_set=False)


@lru_cache(maxsize=1)
def offer_runtime() -> None:
    """As :func:`configure_runtime`, where the program has no runtime yet: one that it has is its own, or its connections'."""
    with suppress(RuntimeError):
        Runtime.set_default(_logging_runtime())


@lru_cache(maxsize=1)
def _logging_runtime() -> Runtime:
    forwarding = LogForwardingConfig(
        logger=logging.getLogger(CORE),
        append_target_to_name=False,
        prepend_target_on_message=False,
        append_log_fields_to_message=False,
    )
    wanted = LoggingConfig(TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=forwarding)
    return Runtime(telemetry=TelemetryConfig(logging=wanted), worker_heartbeat_interval=_ALIVE)
