"""The interpreter in memory: whatever a definition holds, its run ends."""

from __future__ import annotations

from typing import Any

from hypothesis import given, reject, settings
from hypothesis import strategies as st

from dosdk_temporal import DefinitionError, DoError
from dosdk_temporal._pure.declarative.loading import load_definition
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.interpreter.memory import simulate
from dosdk_temporal._pure.interpreter.world import World
from tests.unit.test_interpreter import FUNCTIONS


class _Ids:
    """Ids, each given once."""

    def __init__(self) -> None:
        self.count = 0

    def next(self) -> str:
        self.count += 1
        return f"s{self.count}"


EXPRESSIONS = st.sampled_from(["true", "false", "input.x > 1", "!!input.y", "input.y.z", "input.items.length"])
TEMPLATES = st.sampled_from(
    ["{{ input.x }}", "{{ input.y.z }}", "plain", "{{ input.items }}", "{{ now }}", 3, None, [1]]
)


def _leaves() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.fixed_dictionaries(
            {"function": st.sampled_from(["echo", "fail", "nope"]), "input": st.fixed_dictionaries({"x": TEMPLATES})},
            optional={
                "fallback": st.sampled_from(["echo", "fail"]),
                "compensation": st.just("echo"),
                "timeout": st.just("1s"),
                "onError": st.just("continue"),
            },
        ),
        st.fixed_dictionaries({"set": st.dictionaries(st.sampled_from(["x", "y"]), TEMPLATES, min_size=1)}),
        st.fixed_dictionaries({"wait": st.sampled_from(["1s", "30d", {"until": "2026-02-01T00:00:00Z"}])}),
        st.fixed_dictionaries(
            {
                "waitForEvent": st.fixed_dictionaries(
                    {"event": st.sampled_from(["there", "away"]), "timeout": st.just("1h")}
                )
            },
            optional={"onTimeout": st.just("continue")},
        ),
        st.fixed_dictionaries({"approval": st.just({"timeout": "1h"})}, optional={"onTimeout": st.just("continue")}),
        st.fixed_dictionaries({"workflow": st.just("child")}, optional={"detached": st.booleans()}),
        st.fixed_dictionaries({"raise": st.just({"message": "raised"}), "condition": EXPRESSIONS}),
        st.fixed_dictionaries({"return": TEMPLATES, "condition": EXPRESSIONS}),
    )


def _blocks(steps: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(steps, min_size=1, max_size=3)
    limits = {"onError": st.just("continue"), "timeout": st.sampled_from(["1s", "2d"])}
    return st.one_of(
        st.fixed_dictionaries(
            {"parallel": several}, optional={"maxConcurrency": st.just(1), "waitForAll": st.booleans(), **limits}
        ),
        st.fixed_dictionaries(
            {"forEach": st.just("{{ input.items }}"), "steps": several},
            optional={"maxConcurrency": st.integers(1, 2), **limits},
        ),
        st.fixed_dictionaries(
            {
                "switch": st.lists(
                    st.fixed_dictionaries({"condition": EXPRESSIONS, "steps": several}), min_size=1, max_size=2
                )
            },
            optional={"default": several},
        ),
        st.fixed_dictionaries(
            {"try": several, "finally": several},
            optional={"catch": st.just([{"errors": ["Refused"], "steps": [{"set": {"c": 1}}]}]), **limits},
        ),
        st.fixed_dictionaries(
            {
                "repeat": st.one_of(
                    [
                        st.fixed_dictionaries(
                            {"steps": several, "maxIterations": st.integers(1, 3)},
                            optional={end: EXPRESSIONS, "delay": st.just("1m")},
                        )
                        for end in ("until", "while")
                    ]
                )
            },
            optional=limits,
        ),
    )


def _with_ids(value: Any, ids: _Ids, loop: int = 0) -> Any:
    """A copy in which every step has an id of its own, and every loop names of its own."""
    if isinstance(value, list):
        return [_with_ids(item, ids, loop) for item in value]
    if not isinstance(value, dict):
        return value
    words = {
        "function",
        "set",
        "wait",
        "waitForEvent",
        "approval",
        "workflow",
        "raise",
        "return",
        "parallel",
        "forEach",
        "switch",
        "try",
        "repeat",
    }
    named = {"id": ids.next()} if words & value.keys() and not {"maxIterations", "condition"} >= value.keys() else {}
    if "forEach" in value:
        loop += 1
        named |= {"as": f"item{loop}", "indexAs": f"index{loop}"}
    return {**{key: _with_ids(item, ids, loop) for key, item in value.items()}, **named}


STEPS = st.lists(st.recursive(_leaves(), _blocks, max_leaves=8), min_size=1, max_size=4)
ERRORS = st.fixed_dictionaries(
    {},
    optional={
        "strategy": st.just("compensate"),
        "onFailure": st.just([{"id": "told", "function": "fail"}]),
        "finally": st.just([{"id": "put", "wait": "1s"}]),
    },
)


def made_of(steps: list[Any], errors: Any, timeout: str | None) -> Definition:
    """The definition of them; a test passes over those that make none."""
    document = {"name": "flow", "steps": _with_ids(steps, _Ids()), "errorHandling": errors}
    if timeout is not None:
        document["timeout"] = timeout
    try:
        return load_definition(document)
    except DefinitionError:
        reject()


@settings(max_examples=400)
@given(STEPS, ERRORS, st.sampled_from([None, "1h", "40d"]), st.sampled_from([None, 1, 3]))
def test_every_run_ends(steps: list[Any], errors: Any, timeout: str | None, long_after: int | None) -> None:
    """Whatever a definition holds, its run ends: with plain JSON, or with one error of the tree. No run hangs."""
    definition = made_of(steps, errors, timeout)
    world = World(FUNCTIONS, {"child": {"ran": True}}, {"there": [{"x": 1}] * 50}, long_after=long_after)
    done = simulate(definition, {"x": 2, "items": [1, 2, 3]}, world)
    assert "for ever" not in str(done.error)
    if done.error is not None:
        assert isinstance(done.error, DoError)
        assert done.output is None
