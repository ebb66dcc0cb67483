"""Pure: walking a definition before it runs: which steps would run with an input, and on what that depends.

No function is called, so what functions, events and people give is not known: whatever reads it is told to depend on it, and
never guessed. All is told for the case that no step fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from dosdk_temporal._pure.declarative.blocks import own_ids, steps_within
from dosdk_temporal._pure.declarative.kinds import ChildWorkflow, FunctionCall, Raise, Return, SetValues, Wait
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.partly import UNKNOWN, Partly, evaluate_partly, render_partly
from dosdk_temporal._pure.expressions.program import compile_text
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.interpreter.plan import End, Patience, PlannedStep, Verdict, Where
from dosdk_temporal._pure.interpreter.planning_blocks import BLOCKS
from dosdk_temporal._pure.interpreter.planning_words import what_it_does
from dosdk_temporal._pure.interpreter.scope import Scope

__all__ = ["Planner", "plan"]


def plan(definition: Definition, given: Any) -> list[PlannedStep]:
    """What a run would do.

    Args:
        definition: a checked one.
        given: its input; checked, with defaults filled in.

    Raises:
        InputError: when the input does not fit.
        ExpressionError: when its vars cannot be computed of it.
    """
    if definition.input is not None:
        given = definition.input.check(given, f"the input of workflow {definition.name!r}")
    every = (*definition.steps, *definition.on_failure, *definition.finally_steps)
    scope = Scope(_names(definition, given), own_ids(every))
    scope.names["vars"], _ = render_partly(dict(definition.vars), scope.names)
    planner = Planner()
    planner.block(definition.steps, scope, Where())
    scope.names["error"] = UNKNOWN
    planner.ended = None
    planner.block(definition.on_failure, scope, Where(depends=("error",), note="when the run fails"))
    planner.ended = None
    planner.block(definition.finally_steps, scope, Where(note="at the end in any case"))
    return planner.planned


class Planner:
    """Walks steps, and writes down what would become of each.

    Attributes:
        planned: in the order of the text.
        ended: why the run ends before what follows; None while it goes on.
        patience: for rounds of loops, one by one.
    """

    def __init__(self, ended: End | None = None, patience: Patience | None = None) -> None:
        self.planned: list[PlannedStep] = []
        self.ended = ended
        self.patience = patience or Patience()

    @property
    def is_over(self) -> bool:
        """Whether the run has ended for certain."""
        return self.ended is not None and not self.ended.depends

    def block(self, steps: Sequence[Step], scope: Scope, where: Where) -> Any:
        """Plan steps one after the other; the last executed one's output, ``UNKNOWN`` where that depends."""
        output: Any = None
        for step in steps:
            self.step(step, scope, where)
            stored = scope.names[step.id]
            output = output if stored is UNDEFINED else stored
        return output

    def step(self, step: Step, scope: Scope, where: Where) -> None:
        """Plan one step, and store what is known of its output."""
        self.patience.left -= 1
        if self.ended is not None and self.is_over:
            self.pass_over(step, scope, "not reached", replace(where, note=self.ended.note))
            return
        if self.ended is not None:
            where = replace(where, depends=(*where.depends, *self.ended.depends), note=self.ended.note)
        told = len(self.planned)
        try:
            asked = self._asked(step, scope)
            where = where if step.condition is None else where.where(step.condition, asked)
            if asked.truth is False:
                self.pass_over(step, scope, "skipped", where)
                return
            self._run(step, scope, where)
        except ExpressionError as error:
            del self.planned[told:]
            if self.ended is not None:  # within it, for all that is known
                where = replace(where, depends=tuple(dict.fromkeys((*where.depends, *self.ended.depends))))
            self._tell(step, "fails", replace(where, note=error.message))
            self._end(End(f"step {step.id} fails", step.id, where.depends))
            scope.store(step.id, UNKNOWN)

    def pass_over(self, step: Step, scope: Scope, verdict: Verdict, where: Where) -> None:
        """Plan a step that does not run, and so nothing within it."""
        self._tell(step, verdict, where)
        for name in own_ids((step,)):
            scope.store(name, UNDEFINED)

    def apart(self) -> Planner:
        """One that goes on from here by itself."""
        return Planner(self.ended, self.patience)

    def asked(self, text: str, scope: Scope) -> Partly:
        """As much of a condition as can be answered."""
        return evaluate_partly(compile_text(text), scope.names)

    def _asked(self, step: Step, scope: Scope) -> Partly:
        return Partly(True, True) if step.condition is None else self.asked(step.condition, scope)

    def _run(self, step: Step, scope: Scope, where: Where) -> None:
        told, before = len(self.planned), self.ended
        self._tell(step, "depends" if where.depends else "runs", where)
        output, note = self._output(step, scope, where)
        self.planned[told] = replace(self.planned[told], note="; ".join(filter(None, (where.note, note))))
        if step.on_error == "continue" and self.ended is not before and self.ended and self.ended.can_be_caught:
            self.ended, output = before, UNKNOWN
        if where.depends:
            for name in own_ids(steps_within(step)):
                scope.store(name, UNKNOWN)
            output = UNKNOWN
        scope.store(step.id, output)

    def _output(self, step: Step, scope: Scope, where: Where) -> tuple[Any, str]:
        """What is known of the output, and a note."""
        planner_of_kind = BLOCKS.get(type(step.kind))
        if planner_of_kind is not None:
            return planner_of_kind(self, step.kind, scope, where.inside(step.id))
        match step.kind:
            case FunctionCall() | ChildWorkflow():
                render_partly(step.input, scope.names)  # what cannot be computed of what is known fails
            case SetValues(values=values):
                return render_partly(dict(values), scope.names)[0], ""
            case Wait():
                return None, ""
            case Return():
                self._end(End(f"step {step.id} returns before", step.id, where.depends))
            case Raise(type=name):
                self._end(End(f"step {step.id} raises before", step.id, where.depends, can_be_caught=True, type=name))
        return UNKNOWN, ""

    def _end(self, end: End) -> None:
        """The run ends here; it may have ended before, and then cannot be caught here."""
        before = self.ended
        caught = end.can_be_caught and (before is None or before.can_be_caught)
        self.ended = replace(end, can_be_caught=caught, type=end.type if before in {None, end} else None)

    def _tell(self, step: Step, verdict: Verdict, where: Where) -> None:
        self.planned.append(
            PlannedStep(
                step.id,
                what_it_does(step),
                verdict,
                where.within,
                where.conditions,
                where.values,
                where.depends,
                where.note,
            )
        )


_NOT_YET: Final = {"id": UNKNOWN, "time": UNKNOWN}


def _names(definition: Definition, given: Any) -> dict[str, Any]:
    """Of a run that is started directly; its id and its times are not known."""
    return {
        "input": given,
        "trigger": {"kind": "direct", "name": None, **_NOT_YET, "payload": given},
        "workflow": {"name": definition.name, "version": definition.version, "id": UNKNOWN},
        "now": UNKNOWN,
    }
