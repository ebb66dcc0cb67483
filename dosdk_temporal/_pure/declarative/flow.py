"""Pure: a definition walked in the order in which it runs, every expression looked up where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from dosdk_temporal._pure.declarative.blocks import made_by, own_ids
from dosdk_temporal._pure.declarative.ids import why_no_name
from dosdk_temporal._pure.declarative.kinds import (
    Approval,
    Call,
    ForEach,
    Parallel,
    Raise,
    Repeat,
    Return,
    SetValues,
    Switch,
    Try,
    Wait,
    WaitForEvent,
)
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.reads import Reader
from dosdk_temporal._pure.declarative.sight import ALWAYS, Doubt, Sight
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.declarative.texts import condition_in, expressions_in, is_single
from dosdk_temporal._pure.expressions.program import Expression

__all__ = ["check_flow"]

_START: Final = frozenset({"input", "trigger", "workflow", "now"})
_EVENT: Final = frozenset({"event"})


def check_flow(definition: Definition, problems: Problems) -> None:
    """Tell every read of what is not there, or may not be, and every step that can never run."""
    _Flow(definition, problems).whole()


class _Flow:
    def __init__(self, definition: Definition, problems: Problems) -> None:
        self._definition = definition
        self._problems = problems
        every = (*definition.steps, *definition.on_failure, *definition.finally_steps)
        self._ids = frozenset(own_ids(every))
        schema = definition.input.json if definition.input else None
        self._reader = Reader(self._ids, frozenset(definition.vars), schema, problems)

    def whole(self) -> None:
        """Check all of it."""
        definition = self._definition
        self._templates(definition.vars, ("vars",), Sight(), _START)
        if definition.trigger:
            self._condition(definition.trigger.filter, ("trigger", "filter"), Sight(), _EVENT)
        end = self._sequence(definition.steps, Sight())
        self._templates(definition.result, ("result",), end)
        self._templates(definition.output, ("output",), end)
        for index, metric in enumerate(definition.metrics):
            self._templates(metric.value, ("metrics", index, "value"), end)
        self._ends(own_ids(definition.steps))

    def _ends(self, main: list[str]) -> None:
        doubt = Doubt("the run may have failed before", None)
        failed = Sight(dict.fromkeys(main, doubt)).with_names("error")
        after = self._sequence(self._definition.on_failure, failed)
        unsure = Sight(dict.fromkeys(after.steps, doubt)).with_names(
            "error", doubt=Doubt("the run may not have failed", None)
        )
        self._sequence(self._definition.finally_steps, unsure)

    def _sequence(self, steps: tuple[Step, ...], sight: Sight) -> Sight:
        ended: Step | None = None
        for step in steps:
            if ended is not None:
                word = "return" if isinstance(ended.kind, Return) else "raise"
                message = f"this step can never run: {ended.id!r} before it ends the run"
                self._problems.error(
                    "unreachable-step", step.path, message, f"give the {word} a condition, or remove what follows"
                )
                ended = None
            sight = self._step(step, sight)
            if isinstance(step.kind, Return | Raise) and step.condition is None and step is not steps[-1]:
                ended = step
        return sight

    def _step(self, step: Step, sight: Sight) -> Sight:
        within = sight.inside(step.id)
        condition = self._condition(step.condition, (*step.path, "condition"), within)
        inside = within.where(condition)
        self._templates(step.input, (*step.path, "input"), inside)
        self._call(step.fallback, (*step.path, "fallback"), inside.with_names("error"))
        undone = replace(inside, within=sight.within).with_steps({step.id: ALWAYS})
        self._call(step.compensation, (*step.path, "compensation"), undone)
        made = self._kind(step, inside)
        after = sight.with_steps(made_by(step, made, condition))
        if isinstance(step.kind, Return | Raise):
            after = after.where(condition, holds=False)
        return after

    def _kind(self, step: Step, sight: Sight) -> Mapping[str, Doubt]:
        """Check what a step holds; the steps within it that have run when it has."""
        match step.kind:
            case Parallel():
                return self._parallel(step.kind, sight)
            case ForEach():
                return self._for_each(step, step.kind, sight)
            case Switch():
                return self._switch(step, step.kind, sight)
            case Try():
                return self._try(step, step.kind, sight)
            case Repeat():
                return self._repeat(step, step.kind, sight)
            case _:
                self._leaf(step, sight)
                return {}

    def _leaf(self, step: Step, sight: Sight) -> None:
        values: dict[str, Any] = {}
        match step.kind:
            case Wait(until=until):
                values = {"wait": {"until": until}}
            case WaitForEvent(match=match):
                values = {"waitForEvent": {"match": match}}
            case Approval(approvers=approvers, title=title, details=details):
                values = {"approval": {"approvers": approvers, "title": title, "details": details}}
            case SetValues(values=mapping):
                values = {"set": mapping}
            case Raise(message=message):
                values = {"raise": {"message": message}}
            case Return(value=value):
                values = {"return": value}
        self._templates(values, step.path, sight)

    def _parallel(self, kind: Parallel, sight: Sight) -> Mapping[str, Doubt]:
        made: dict[str, Doubt] = {}
        ids = own_ids(kind.steps)
        for step in kind.steps:
            beside = set(ids) - set(own_ids((step,)))
            after = self._step(step, sight.without(beside, "it runs at the same time"))
            made |= {name: after.steps[name] for name in own_ids((step,)) if name in after.steps}
        if kind.wait_for_all:
            return made
        return {name: doubt.also("another branch may have come first") for name, doubt in made.items()}

    def _for_each(self, step: Step, kind: ForEach, sight: Sight) -> Mapping[str, Doubt]:
        self._templates(kind.items, (*step.path, "forEach"), sight)
        if not is_single(kind.items):
            message = "this is text with a template in it, not a template of a list"
            self._problems.error("wrong-value", (*step.path, "forEach"), message, "write forEach: '{{ input.items }}'")
        for key, name in (("as", kind.item_name), ("indexAs", kind.index_name)):
            self._check_name(name, (*step.path, key), sight)
        after = self._sequence(kind.steps, sight.with_names(kind.item_name, kind.index_name))
        return self._made(kind.steps, after, "its loop may have had no item")

    def _switch(self, step: Step, kind: Switch, sight: Sight) -> Mapping[str, Doubt]:
        made: dict[str, Doubt] = {}
        ids = own_ids((*(inner for case in kind.cases for inner in case.steps), *kind.default))
        for index, case in enumerate(kind.cases):
            condition = self._condition(case.condition or None, (*step.path, "switch", index, "condition"), sight)
            made |= self._case(case.steps, ids, sight.where(condition))
            sight = sight.where(condition, holds=False)
        return {**made, **self._case(kind.default, ids, sight)}

    def _case(self, steps: tuple[Step, ...], ids: list[str], sight: Sight) -> Mapping[str, Doubt]:
        others = set(ids) - set(own_ids(steps))
        after = self._sequence(steps, sight.without(others, "it is in another case of the switch"))
        return self._made(steps, after, "it is in one case of a switch")

    def _try(self, step: Step, kind: Try, sight: Sight) -> Mapping[str, Doubt]:
        after = self._sequence(kind.steps, sight)
        unsure = dict(self._made(kind.steps, after, "its try may have failed before"))
        caught: dict[str, Doubt] = {}
        for index, catch in enumerate(kind.catches):
            at = (*step.path, "catch", index)
            if catch.error_name != "error":
                self._check_name(catch.error_name, (*at, "as"), sight)
            seen = sight.with_steps(unsure).with_names(catch.error_name)
            condition = self._condition(catch.condition, (*at, "condition"), seen)
            end = self._sequence(catch.steps, seen.where(condition))
            caught |= self._made(catch.steps, end, "it runs only when its try fails")
        last = self._sequence(kind.finally_steps, sight.with_steps({**unsure, **caught}))
        made = unsure if kind.catches else {name: after.steps[name] for name in unsure}
        return {
            **made,
            **caught,
            **{name: last.steps[name] for name in own_ids(kind.finally_steps) if name in last.steps},
        }

    def _repeat(self, step: Step, kind: Repeat, sight: Sight) -> Mapping[str, Doubt]:
        at = (*step.path, "repeat")
        first = dict.fromkeys(own_ids(kind.steps), Doubt("the first time it has not run yet", None))
        again = sight.with_steps(first)
        condition = self._condition(kind.while_, (*at, "while"), again)
        after = self._sequence(kind.steps, again.where(condition))
        self._condition(kind.until, (*at, "until"), after)
        if kind.while_ is None:
            return {name: after.steps[name] for name in first}
        return self._made(kind.steps, after, "its loop may not have run once")

    def _made(self, steps: tuple[Step, ...], after: Sight, reason: str) -> Mapping[str, Doubt]:
        return {name: after.steps[name].also(reason) for name in own_ids(steps) if name in after.steps}

    def _check_name(self, name: str, path: Path, sight: Sight) -> None:
        reason = why_no_name(name)
        if name in self._ids:
            reason = "a step is called so, and would be hidden"
        elif name in sight.names:
            reason = "the loop or catch around it uses that name, which would be hidden"
        if reason:
            self._problems.error(
                "hidden-name", path, f"{name!r} cannot be the name here: {reason}", "choose another name"
            )

    def _call(self, call: Call | None, path: Path, sight: Sight) -> None:
        if call and call.input is not None:
            self._templates(call.input, (*path, "input"), sight)

    def _condition(self, text: str | None, path: Path, sight: Sight, *names: frozenset[str]) -> Expression | None:
        expression = condition_in(text, path, self._problems)
        if expression is not None:
            self._reader.look(expression, path, sight, *names)
        return expression

    def _templates(self, value: Any, path: Path, sight: Sight, *names: frozenset[str]) -> None:
        for at, expression in expressions_in(value, path, self._problems):
            self._reader.look(expression, at, sight, *names)
