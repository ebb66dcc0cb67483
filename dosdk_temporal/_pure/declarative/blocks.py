"""Pure: the steps within a step, and what is sure of them when it is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dosdk_temporal._pure.declarative.kinds import ForEach, Parallel, Repeat, Switch, Try, WaitForEvent
from dosdk_temporal._pure.declarative.sight import ALWAYS, Doubt, conjuncts
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.expressions.program import Expression

__all__ = ["made_by", "own_ids", "steps_within"]


def steps_within(step: Step) -> tuple[Step, ...]:
    """The steps that a step holds, of all its blocks."""
    match step.kind:
        case Parallel(steps=steps) | ForEach(steps=steps) | Repeat(steps=steps):
            return steps
        case Switch(cases=cases, default=default):
            return (*(inner for case in cases for inner in case.steps), *default)
        case Try(steps=steps, catches=catches, finally_steps=last):
            return (*steps, *(inner for catch in catches for inner in catch.steps), *last)
    return ()


def own_ids(steps: Iterable[Step]) -> list[str]:
    """The ids of steps and of all within them."""
    return [name for step in steps for name in (step.id, *own_ids(steps_within(step))) if name]


def made_by(step: Step, within: Mapping[str, Doubt], condition: Expression | None) -> dict[str, Doubt]:
    """What has run when a step is over: itself and what it holds, each with its doubt."""
    own = ALWAYS
    if isinstance(step.kind, WaitForEvent) and step.kind.on_timeout == "continue":
        own = own.also("the event may not have come in time")
    made = dict(within)
    if step.on_error == "continue":
        made = {name: doubt.also(f"{step.id} may have failed before") for name, doubt in made.items()}
    made[step.id] = own
    if step.condition is not None:
        needed = conjuncts(condition) if condition else None
        reason = "it has a condition"
        made = {
            name: doubt.also(reason if name == step.id else f"{step.id} has a condition", needed)
            for name, doubt in made.items()
        }
    return {name: doubt for name, doubt in made.items() if name}
