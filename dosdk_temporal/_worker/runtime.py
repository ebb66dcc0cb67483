"""Outside: temporalio's runtime in a worker process: what its Rust core logs goes the way of every other line."""

from __future__ import annotations

import logging
from functools import lru_cache

from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from dosdk_temporal._worker.failure_lines import CORE

__all__ = ["configure_runtime"]


@lru_cache(maxsize=1)
def configure_runtime() -> None:
    """Let connections from now on have a runtime whose core logs through Python. Once a process; again does nothing."""
    forwarding = LogForwardingConfig(
        logger=logging.getLogger(CORE),
        append_target_to_name=False,
        prepend_target_on_message=False,
        append_log_fields_to_message=False,
    )
    wanted = LoggingConfig(TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=forwarding)
    # A connection made before, as by `dosdk dev` to its own server, stays on the runtime that it has.
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=wanted)), error_if_already_set=False)
