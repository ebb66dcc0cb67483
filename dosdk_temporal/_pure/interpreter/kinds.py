"""Pure: what each kind of step does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from dosdk_temporal._pure.declarative import kinds
from dosdk_temporal._pure.interpreter.branching import run_parallel, run_switch, run_try
from dosdk_temporal._pure.interpreter.calling import call_function, call_workflow
from dosdk_temporal._pure.interpreter.looping import for_each, repeat
from dosdk_temporal._pure.interpreter.plain import leave, raise_error, set_values
from dosdk_temporal._pure.interpreter.waiting import ask, wait, wait_for_event

__all__ = ["RUNNERS"]

RUNNERS: Final[dict[Any, Callable[..., Awaitable[Any]]]] = {
    kinds.FunctionCall: call_function,
    kinds.Parallel: run_parallel,
    kinds.ForEach: for_each,
    kinds.Switch: run_switch,
    kinds.Wait: wait,
    kinds.WaitForEvent: wait_for_event,
    kinds.Approval: ask,
    kinds.ChildWorkflow: call_workflow,
    kinds.SetValues: set_values,
    kinds.Try: run_try,
    kinds.Repeat: repeat,
    kinds.Raise: raise_error,
    kinds.Return: leave,
}
"""By the kind's class; each takes the walker, the step, its kind and the scope, and gives the step's output."""
