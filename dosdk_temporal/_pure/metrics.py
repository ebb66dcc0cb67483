"""Pure: the figures of a run: those of its steps, and those of the business."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from dosdk_temporal._pure.names import check_id
from dosdk_temporal._pure.values import encode_input
from dosdk_temporal.errors import InputError

if TYPE_CHECKING:
    from dosdk_temporal._pure.declarative.parts import Metric

__all__ = ["METRICS", "ExecutionMetrics", "Figures", "Kpi", "StepMetrics", "kpis_of"]

METRICS: Final = "dosdk.metrics"
"""The memo's key of the figures that a run has recorded; a wire name, never to change."""

_LONGEST_TEXT: Final = 1_000
_MOST: Final = 100
"""Names of one run: they are listed in its memo, and a name that holds an id is a mistake."""


@dataclass(frozen=True)
class Kpi:
    """One figure of the business.

    Attributes:
        description: as the definition has it; empty for one that it does not declare.
        value: the last one recorded; None for a declared one that was not.
    """

    description: str = ""
    value: Any = None


@dataclass(frozen=True)
class StepMetrics:
    """How long one step took.

    Attributes:
        attempts: made; None where that is not known.
        queue_time: from being scheduled to the first attempt's start; None where that is not known.
        run_time: spent in attempts, without the pauses between them; None where none has told.
    """

    attempts: int | None = None
    queue_time: timedelta | None = None
    run_time: timedelta | None = None


@dataclass(frozen=True)
class ExecutionMetrics:
    """The figures of one run.

    Attributes:
        duration: from its start to its end, or to now.
        steps: by their ids.
        kpis: by their names: those that the definition declares, then those that were recorded besides.
    """

    duration: timedelta
    steps: Mapping[str, StepMetrics] = field(default_factory=dict)
    kpis: Mapping[str, Kpi] = field(default_factory=dict)


class Figures:
    """The figures that one run, or one attempt of an action, has recorded; of each name the last counts."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def record(self, name: str, value: Any) -> None:
        """Keep a figure.

        Raises:
            InputError: when the name or the value cannot be one, or there are too many names.
        """
        check_id(name, "metric's name")
        _check_value(name, value)
        if name not in self.values and len(self.values) >= _MOST:
            raise InputError(
                f"the metric {name!r} is one too many: a run has at most {_MOST} names; what differs from record to record "
                "belongs into the value"
            )
        self.values[name] = value

    def update(self, values: Mapping[str, Any]) -> None:
        """Keep figures that were recorded elsewhere for the same run; one that is None was not computed."""
        for name, value in values.items():
            if value is not None:
                self.record(name, value)


def kpis_of(declared: Iterable[Metric], recorded: Mapping[str, Any]) -> dict[str, Kpi]:
    """The declared figures in their order with the values that there are, then the others.

    Args:
        declared: by the run's definition.
        recorded: by name.
    """
    known = {metric.name: Kpi(metric.description, recorded.get(metric.name)) for metric in declared}
    return known | {name: Kpi(value=value) for name, value in recorded.items() if name not in known}


def _check_value(name: str, value: object) -> None:
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT:
            raise InputError(f"the metric {name!r} has {len(value):,} characters, at most {_LONGEST_TEXT:,} are kept")
        encode_input(value, f"metric {name!r}")  # no secret's value is kept
    elif not isinstance(value, bool | int | float):
        kind = "nothing" if value is None else f"a value of type {type(value).__name__}"
        parts = "; record its parts one by one" if isinstance(value, Mapping | list | tuple) else ""
        raise InputError(f"the metric {name!r} got {kind}: a metric is a number, true or false, or a short text{parts}")
    elif not abs(value) <= sys.float_info.max:
        raise InputError(f"the metric {name!r} got {value!r:.40}: a metric's number is finite")
