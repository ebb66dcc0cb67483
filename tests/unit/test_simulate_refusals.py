"""What a simulation refuses because a run would: values that cannot be written down."""

from __future__ import annotations

from typing import Any

import pytest

from dosdk_temporal import InputError, OutputError
from dosdk_temporal._pure.declarative.loading import load_definition
from dosdk_temporal._pure.interpreter.memory import simulate
from dosdk_temporal._pure.interpreter.world import World

STEP = {"id": "a", "function": "f"}
NO_NUMBER = "JSON has no number nan; pass plain values, models or dataclasses"


@pytest.mark.parametrize(
    ("document", "error", "step", "message"),
    [
        (
            {"steps": [{**STEP, "input": {"v": "{{ 0 / 0 }}"}}]}, InputError, "a",
            f"the input of action 'f' cannot be written as JSON at v: {NO_NUMBER}",
        ),
        (
            {"steps": [{"id": "w", "workflow": "child", "input": {"v": "{{ 0 / 0 }}"}}]}, InputError, "w",
            f"the input of workflow 'child' cannot be written as JSON at v: {NO_NUMBER}",
        ),
        (
            {"steps": [STEP], "result": {"v": "{{ 0 / 0 }}"}}, OutputError, None,
            f"the result of workflow 'flow' cannot be written as JSON at v: {NO_NUMBER}",
        ),
        (
            {"steps": [STEP], "metrics": [{"name": "m", "value": "{{ 1 / 0 }}"}]}, InputError, None,
            "the metric 'm' got inf: a metric's number is finite",
        ),
        (
            {"steps": [STEP], "metrics": [{"name": "m", "value": "{{ input }}"}]}, InputError, None,
            ("the metric 'm' got a value of type dict: a metric is a number, true or false, or a short text; "
             "record its parts one by one"),
        ),
    ],
)  # fmt: skip
def test_values_that_no_run_can_have(document: dict[str, Any], error: type, step: str | None, message: str) -> None:
    """What would fail a run on a server fails a simulated one, with the same message."""
    world = World(functions={"f": 1}, workflows={"child": 1})
    done = simulate(load_definition({"name": "flow", **document}), {}, world)
    assert done.error is not None
    assert (type(done.error), done.error.message, done.error.step) == (error, message, step)
