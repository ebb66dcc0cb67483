"""Pure: planning the steps that hold other steps: which of these run, and how often."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from dosdk_temporal._pure.declarative.blocks import own_ids
from dosdk_temporal._pure.declarative.kinds import Catch, ForEach, Parallel, Repeat, Switch, Try
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.partly import UNKNOWN, Partly, render_partly
from dosdk_temporal._pure.interpreter.plan import End, PlannedStep, Where
from dosdk_temporal._pure.interpreter.scope import Scope
from dosdk_temporal.errors import WorkflowError

if TYPE_CHECKING:
    from dosdk_temporal._pure.interpreter.planning import Planner

__all__ = ["BLOCKS"]

_RAISED: Final = frozenset(cls.__name__ for cls in WorkflowError.__mro__)
"""The classes by which what a step raises can be caught, beside its own type."""

_ROUNDS: Final = 100
"""Rounds of a loop that are planned one by one."""

Told = tuple[Any, str]
"""What is known of the output, and a note."""


def _parallel(planner: Planner, kind: Parallel, scope: Scope, where: Where) -> Told:
    ways, told = _Ways(planner), len(planner.planned)
    if not kind.wait_for_all:
        where = replace(where, depends=(*where.depends, where.within[-1]), note="the first that completes wins")
    for step in kind.steps:
        with_own = scope.apart()
        ways.begin()
        planner.step(step, with_own, where)
        scope.adopt(own_ids((step,)), with_own)
    ways.end()
    _doubt_what_a_return_ends(planner, told, ways)
    if not kind.wait_for_all:
        _forget(kind.steps, scope)
        return UNKNOWN, ""
    outputs = {step.id: scope.outputs[step.id] for step in kind.steps if step.id in scope.outputs}
    # What may be skipped may leave its key out, too.
    may_be_left_out = any(step.condition and outputs.get(step.id) is UNKNOWN for step in kind.steps)
    return UNKNOWN if may_be_left_out else outputs, ""


def _switch(planner: Planner, kind: Switch, scope: Scope, where: Where) -> Told:
    ways, is_taken, doubt = _Ways(planner), False, where
    output: Any = None
    for case in kind.cases:
        ways.begin()
        asked = Partly(None, False) if is_taken else planner.asked(case.condition, scope)
        if asked.truth is False:
            here = replace(where, note="another case is taken") if is_taken else where.where(case.condition, asked)
            _pass_over(planner, case.steps, scope, here)
            continue
        here = doubt.where(case.condition, asked)
        output = planner.block(case.steps, scope, here)
        is_taken = asked.truth is True
        doubt = replace(doubt, depends=here.depends)
    ways.begin()
    if is_taken:
        _pass_over(planner, kind.default, scope, replace(where, note="another case is taken"))
    elif kind.default:
        output = planner.block(kind.default, scope, doubt)
    ways.end()
    return (output, "") if doubt.depends == where.depends else (UNKNOWN, "")


def _for_each(planner: Planner, kind: ForEach, scope: Scope, where: Where) -> Told:
    items, depends = render_partly(kind.items, scope.names)
    if items is UNKNOWN:
        here = where.where(kind.items, Partly(UNKNOWN, None, depends=depends))
        planner.block(kind.steps, scope.apart(**{kind.item_name: UNKNOWN, kind.index_name: UNKNOWN}), here)
        _forget(kind.steps, scope)
        return UNKNOWN, "for each item of a list that is not known yet"
    if not isinstance(items, list):
        raise ExpressionError("forEach takes a list", expression=kind.items)
    if not items:
        _pass_over(planner, kind.steps, scope, replace(where, note="the list is empty"))
        return [], "no items"
    if len(items) > _ROUNDS or planner.patience.is_over:
        planner.block(kind.steps, scope.apart(**{kind.item_name: UNKNOWN, kind.index_name: UNKNOWN}), where)
        _forget(kind.steps, scope)
        return UNKNOWN, f"{len(items)} items"
    rounds, outputs, own = [], [], scope
    ways, told = _Ways(planner), len(planner.planned)
    for index, item in enumerate(items):
        own = scope.apart(**{kind.item_name: item, kind.index_name: index})
        ways.begin()
        done = planner.apart()
        outputs.append(done.block(kind.steps, own, where))
        rounds.append(done.planned)
        planner.ended = done.ended
    ways.end()
    planner.planned += _merged(rounds)
    _doubt_what_a_return_ends(planner, told, ways)
    scope.adopt(own_ids(kind.steps), own)
    return outputs, f"{len(items)} item{'s' if len(items) > 1 else ''}"


def _repeat(planner: Planner, kind: Repeat, scope: Scope, where: Where) -> Told:
    rounds: list[list[PlannedStep]] = []
    output: Any = None
    most = min(kind.max_iterations, _ROUNDS)
    while len(rounds) < most and not planner.is_over and not (rounds and planner.patience.is_over):
        before = Partly(True, True) if kind.while_ is None else planner.asked(kind.while_, scope)
        if before.truth is False:
            break
        if before.truth is None:
            return _rounds_unknown(planner, kind, scope, where.where(kind.while_ or "", before), rounds)
        done = planner.apart()
        output = done.block(kind.steps, scope, where)
        rounds.append(done.planned)
        planner.ended = done.ended
        if planner.is_over:
            break
        after = Partly(False, False) if kind.until is None else planner.asked(kind.until, scope)
        if after.truth is None:
            return _rounds_unknown(planner, kind, scope, where.where(kind.until or "", after), rounds)
        if after.truth:
            break
    if not rounds:
        _pass_over(planner, kind.steps, scope, replace(where, note="the condition of the loop does not hold"))
        return None, "no rounds"
    if not planner.is_over and (len(rounds) == most < kind.max_iterations or planner.patience.is_over):
        output, _ = _rounds_unknown(planner, kind, scope, where, rounds)
        return output, "many rounds"
    planner.planned += _merged(rounds)
    return output, f"{len(rounds)} round{'s' if len(rounds) > 1 else ''}"


def _rounds_unknown(planner: Planner, kind: Repeat, scope: Scope, here: Where, rounds: list[list[PlannedStep]]) -> Told:
    """The rounds so far, and one that stands for all that may follow: nothing is known of what they give."""
    if len(rounds) < kind.max_iterations:
        _forget(kind.steps, scope)
        more = planner.apart()
        more.block(kind.steps, scope, here)
        rounds.append(more.planned)
        planner.ended = planner.ended or more.ended
    planner.planned += _merged(rounds, begins=True)
    _forget(kind.steps, scope)
    return UNKNOWN, f"how often depends on {', '.join(here.depends)}"


def _try(planner: Planner, kind: Try, scope: Scope, where: Where) -> Told:
    before = planner.ended
    output = planner.block(kind.steps, scope, where)
    ended = planner.ended
    possible = [catch for catch in kind.catches if _catch(planner, catch, scope, where, before)]
    planner.ended = before
    planner.block(kind.finally_steps, scope, where)
    if planner.ended is before:
        planner.ended = _uncaught(ended, possible, before)
    return (output if ended is before else UNKNOWN), ""


def _catch(planner: Planner, catch: Catch, scope: Scope, where: Where, before: End | None) -> bool:
    """Plan what is done when something is raised; False where its condition cannot hold."""
    planner.ended = before
    types = ", ".join(catch.errors) or "anything"
    here = replace(where, depends=(*where.depends, catch.error_name), note=f"when {types} is raised in it")
    with scope.bound(catch.error_name, UNKNOWN):
        asked = Partly(True, True) if catch.condition is None else planner.asked(catch.condition, scope)
        here = here if catch.condition is None else here.where(catch.condition, asked)
        if asked.truth is False:
            _pass_over(planner, catch.steps, scope, here)
        else:
            planner.block(catch.steps, scope, here)
    return asked.truth is not False


def _uncaught(ended: End | None, catches: Sequence[Catch], before: End | None) -> End | None:
    """Why the run ends after a ``try``: what ended the steps in it, unless it is caught for certain."""
    if ended is None or ended is before or not ended.can_be_caught:
        return ended
    doubt: list[str] = []
    for catch in catches:
        fits = not catch.errors or (None if ended.type is None else bool({ended.type, *_RAISED} & set(catch.errors)))
        if fits and catch.condition is None:
            return before
        if fits is not False:
            doubt.append(catch.error_name)
    return replace(ended, depends=(*ended.depends, *doubt))


class _Ways:
    """Blocks of which one does not come after another: where one ends the run, the others are not what it ends.

    Args:
        planner: walks them.

    Attributes:
        ends: of those that end the run.
    """

    def __init__(self, planner: Planner) -> None:
        self._planner, self._before = planner, planner.ended
        self.ends: list[End] = []

    def begin(self) -> None:
        """The next of them."""
        self._keep()
        self._planner.ended = self._before

    def end(self) -> None:
        """What follows all of them comes after each."""
        self._keep()
        self._planner.ended = self._before
        if self.ends:
            certain = [end for end in self.ends if not end.depends]
            first = (certain or self.ends)[0]
            alike = all(end.can_be_caught for end in self.ends)
            depends = (
                () if alike and certain else tuple(dict.fromkeys(path for end in self.ends for path in end.depends))
            )
            kind = first.type if len(self.ends) == 1 else None
            self._planner.ended = replace(first, depends=depends, can_be_caught=alike, type=kind)

    def _keep(self) -> None:
        ended = self._planner.ended
        if ended is not None and ended is not self._before:
            self.ends.append(ended)


def _doubt_what_a_return_ends(planner: Planner, told: int, ways: _Ways) -> None:
    """Where one of several at once returns, how far the others come is not known."""
    returns = tuple(end.step for end in ways.ends if not end.can_be_caught)
    for index in range(told, len(planner.planned)):
        step = planner.planned[index]
        if step.verdict == "runs" and returns not in {(), (step.step,)}:
            depends, note = (*step.depends, *returns), f"{', '.join(returns)} may end the run before"
            planner.planned[index] = replace(step, verdict="depends", depends=depends, note=note)


def _merged(rounds: Iterable[Sequence[PlannedStep]], *, begins: bool = False) -> list[PlannedStep]:
    """The steps of a loop, each told once for all its rounds.

    Args:
        rounds: that are known.
        begins: whether what runs in one of them runs, although more may follow of which nothing is known.
    """
    several: dict[str, list[PlannedStep]] = {}
    for one in rounds:
        for step in one:
            several.setdefault(step.step, []).append(step)
    return [_together(steps, begins) for steps in several.values()]


def _together(steps: Sequence[PlannedStep], begins: bool) -> PlannedStep:
    verdicts = [step.verdict for step in steps]
    first = steps[0]
    if len(set(verdicts)) == 1:
        return first
    if "depends" in verdicts and not (begins and "runs" in verdicts):
        return steps[verdicts.index("depends")]
    runs = steps[verdicts.index("runs")] if "runs" in verdicts else first
    return runs if begins else replace(runs, note=f"in {verdicts.count('runs')} of {len(steps)} rounds")


def _pass_over(planner: Planner, steps: Iterable[Step], scope: Scope, where: Where) -> None:
    for step in steps:
        planner.pass_over(step, scope, "skipped", where)


def _forget(steps: Sequence[Step], scope: Scope) -> None:
    """Nothing is known any more of what these give."""
    for name in own_ids(steps):
        scope.store(name, UNKNOWN)


BLOCKS: Final[dict[Any, Callable[..., Told]]] = {
    Parallel: _parallel,
    Switch: _switch,
    ForEach: _for_each,
    Repeat: _repeat,
    Try: _try,
}
"""By the kind's class; each takes the planner, the kind, the scope and where its steps stand."""
