"""Inside: the figures that a run records, and where they stay: its memo, written once, with the run's last task."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._inside.worker_side import WorkerSide
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.metrics import METRICS, Figures
from dosdk_temporal._wire.payloads import result_of
from dosdk_temporal._wire.schedule import ONE_ACTION

__all__ = ["carried_figures", "current_figures", "keeping_figures", "with_figures"]

_CARRIED: Final = "metrics"
"""The key of what a run hands on; a wire name, never to change."""

_CURRENT: Final[ContextVar[Figures]] = ContextVar("dosdk_figures")


def current_figures() -> Figures:
    """Those of the run that is under way."""
    return _CURRENT.get()


def carried_figures() -> dict[str, Any]:
    """What the next run of a chain begins with."""
    return {_CARRIED: current_figures().values}


def with_figures(raw: RawValue) -> RawValue:
    """Take what a result brings of figures into those of the run, and give it on."""
    current_figures().update(result_of(raw)[1].metrics)
    return raw


@contextmanager
def keeping_figures(facts: CallFacts, side: WorkerSide, *, unless: tuple[type[Exception], ...]) -> Iterator[None]:
    """Write what the run records into its memo when it ends, however it ends; the next run of a chain begins with it.

    Args:
        facts: the run's.
        side: of its worker, which measures them for the outside world, not again on replay.
        unless: errors that fail the workflow's task, and so not the run.
    """
    figures = Figures()
    figures.update(facts.carried.get(_CARRIED, {}))
    _CURRENT.set(figures)
    try:
        yield
    except unless:
        raise
    except workflow.ContinueAsNewError:
        _write(figures)
        raise
    except (
        Exception,
        asyncio.CancelledError,
    ):  # no GeneratorExit: the worker lets go of the run, which goes on elsewhere
        _close(figures, facts, side)
        raise
    _close(figures, facts, side)


def _write(figures: Figures) -> None:
    if figures.values:
        workflow.upsert_memo({METRICS: figures.values})


def _close(figures: Figures, facts: CallFacts, side: WorkerSide) -> None:
    _write(figures)
    info = workflow.info()
    of_another = facts.portion or (facts.kind == ONE_ACTION and info.parent is not None)
    if figures.values and not of_another and not workflow.unsafe.is_replaying():
        side.measure(info.workflow_type, figures.values)
