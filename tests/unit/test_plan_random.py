"""A plan says nothing that a run does not do."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dosdk_temporal import DefinitionError, DoError
from dosdk_temporal._pure.declarative.blocks import steps_within
from dosdk_temporal._pure.declarative.kinds import Raise
from dosdk_temporal._pure.declarative.loading import load_definition
from dosdk_temporal._pure.interpreter.planning import plan
from dosdk_temporal._pure.interpreter.tracing import StepTrace
from dosdk_temporal._pure.interpreter.virtual_time import run_in_virtual_time
from dosdk_temporal._pure.interpreter.world import World
from tests.unit.test_interpreter_random import ERRORS, STEPS, _Ids, _with_ids
from tests.unit.test_retracing import Kept

VALUES = st.sampled_from([None, True, False, 0, 7, "", "x", [], [1, 2], {"z": 1}, {}])
CONDITIONS = st.sampled_from(
    ["input.x > 1", "!!input.y", "{id}", "!{id}", "{id} && input.x > 5", "{id} || input.x > 1", "{id} ? input.y : input.x",
     "steps.{id} ?? false", "vars.v === 2", "now", "input.x > 1 ? {id} : false", "{id}?.z === 1"]
)  # fmt: skip


def _conditional(steps: Any, draw: Any, ids: list[str]) -> Any:
    """Steps of which some ask what earlier ones gave, and none fails by its time alone."""
    if isinstance(steps, list):
        return [_conditional(step, draw, ids) for step in steps]
    if not isinstance(steps, dict):
        return steps
    changed = {key: _conditional(value, draw, ids) for key, value in steps.items()}
    if "id" in changed:
        changed.pop("timeout", None)
        if "condition" not in changed and draw(st.booleans()):
            changed["condition"] = draw(CONDITIONS).replace("{id}", draw(st.sampled_from(ids)) if ids else "input")
        ids.append(changed["id"])
    return changed


@settings(max_examples=100)
@given(STEPS, ERRORS, VALUES, VALUES, st.data())
def test_a_plan_is_kept(steps: list[Any], errors: Any, gives: Any, comes: Any, data: st.DataObject) -> None:
    """Whatever functions, workflows and events give: what is planned to run runs, and what is planned to be skipped does not.

    As long as no step fails, which is what a plan is told for.
    """
    document = {
        "name": "flow",
        "vars": {"v": "{{ input.x }}"},
        "steps": _conditional(_with_ids(steps, _Ids()), data.draw, []),
        "errorHandling": errors,
    }
    try:
        definition = load_definition(document)
    except DefinitionError:
        assume(False)
    world = World(
        dict.fromkeys(("echo", "fail", "nope"), gives), {"child": comes}, {"there": [comes] * 50, "away": [gives] * 50}
    )
    payload = {"x": 2, "items": [1, 2, 3]}
    run = Kept(definition, world, [0])
    with suppress(DoError):
        run_in_virtual_time(run.run(payload))
    assume(not any(_fails(trace) for trace in run.traces))
    ran = {trace.step.id for trace in run.traces if trace.outcome != "skipped"}
    planned = {step.step: step.verdict for step in plan(definition, payload)}
    assert {step: planned[step] for step in ran if planned.get(step) in {"skipped", "not reached"}} == {}
    assert {step for step, verdict in planned.items() if verdict == "runs"} - ran == set()
    assert {step.id for step in definition.steps} <= planned.keys()


def _fails(trace: StepTrace) -> bool:
    """Whether a step failed by itself, and not because one that raises stands in it."""
    raised = isinstance(trace.step.kind, Raise) and (trace.step.condition is None or trace.condition is not None)
    return trace.outcome == "cancelled" or (trace.outcome == "failed" and not steps_within(trace.step) and not raised)
