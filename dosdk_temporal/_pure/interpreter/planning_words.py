"""Pure: what a step does, in the words of a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from dosdk_temporal._pure.declarative import kinds
from dosdk_temporal._pure.declarative.steps import Step

__all__ = ["what_it_does"]


def what_it_does(step: Step) -> str:
    """In words."""
    return _WORDS[type(step.kind)](step.kind)


_WORDS: Final[dict[Any, Callable[[Any], str]]] = {
    kinds.FunctionCall: lambda kind: f"calls {kind.function}",
    kinds.ChildWorkflow: lambda kind: f"{'starts' if kind.detached else 'runs'} {kind.workflow}",
    kinds.SetValues: lambda kind: f"sets {', '.join(kind.values)}",
    kinds.Wait: lambda _: "waits",
    kinds.WaitForEvent: lambda kind: f"waits for {kind.event}",
    kinds.Approval: lambda kind: f"asks {', '.join(kind.approvers) or 'anybody'}",
    kinds.Raise: lambda kind: f"raises {kind.type}",
    kinds.Return: lambda _: "returns",
    kinds.Parallel: lambda _: "does at the same time",
    kinds.ForEach: lambda kind: f"does for each {kind.item_name}",
    kinds.Switch: lambda _: "takes the first case that holds",
    kinds.Try: lambda _: "tries",
    kinds.Repeat: lambda kind: f"does at most {kind.max_iterations} times",
}
