"""A plan says nothing that a run does not do."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dosdk_temporal import DoError
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
CONDITIONS = st.sampled_from(["input.x > 1", "!!input.y", "vars.v === 2", "now"])
CONDITIONS_ON = st.sampled_from(
    ["{id}", "!{id}", "{id} && input.x > 5", "{id} || input.x > 1", "{id} ? input.y : input.x", "steps.{id} ?? false",
     "input.x > 1 ? {id} : false", "{id}?.z === 1"]
)  # fmt: skip


def _conditional(value: Any, draw: Any, ids: list[str], *, apart: bool = False) -> Any:
    """Steps of which some ask what earlier ones gave, and none fails by its time alone.

    Args:
        value: a step, several, or what holds some.
        draw: draws.
        ids: of the steps whose outputs can be read there; it grows by those of these steps.
        apart: whether the steps are of several branches, none of which can read another's.
    """
    if isinstance(value, list):
        known = [list(ids) if apart else ids for _ in value]
        changed = [_conditional(item, draw, of_branch) for item, of_branch in zip(value, known, strict=True)]
        if apart:
            ids += [name for of_branch in known for name in of_branch[len(ids) :]]
        return changed
    if not isinstance(value, dict):
        return value
    if "id" not in value:
        return {key: _conditional(part, draw, ids) for key, part in value.items()}
    step = {key: part for key, part in value.items() if key != "timeout"}
    if "condition" not in step and draw(st.booleans()):
        asked = draw(CONDITIONS_ON if ids and draw(st.booleans()) else CONDITIONS)
        step["condition"] = asked.replace("{id}", draw(st.sampled_from(ids))) if ids else asked
    if "switch" in step:
        branches = [*step["switch"], {"steps": step.get("default", [])}]
        *step["switch"], default = _conditional(branches, draw, ids, apart=True)
        step |= {"default": default["steps"]} if "default" in step else {}
    else:
        in_order = sorted(step, key="catch finally".find)  # what it tries comes first
        step = {key: _conditional(step[key], draw, ids, apart=key == "parallel") for key in in_order}
    ids.append(step["id"])
    return step


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
    definition = load_definition(document)
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
