"""Pure: the steps that loop: forEach and repeat. Where the record of the run is long, a run of its own goes on with the loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from dosdk_temporal._pure.declarative.blocks import own_ids, steps_within
from dosdk_temporal._pure.declarative.kinds import ForEach, FunctionCall, Repeat
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.kinds import kind_of
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.interpreter.effects import FunctionStep
from dosdk_temporal._pure.interpreter.faults import is_fault, located
from dosdk_temporal._pure.interpreter.flow import ReturnedError
from dosdk_temporal._pure.interpreter.portions import Portion, names_read
from dosdk_temporal._pure.interpreter.scope import Scope
from dosdk_temporal._pure.interpreter.together import all_of
from dosdk_temporal._pure.interpreter.walking import Walker
from dosdk_temporal.errors import DoError

__all__ = ["for_each", "portion_of_loop", "repeat"]

_AT_ONCE: Final = 1000
"""Items in progress at once: a run of Temporal's has at most 2,000 activities open."""

_NOT_BEGUN: Final = object()


async def for_each(walker: Walker, step: Step, kind: ForEach, scope: Scope) -> list[Any]:
    """The last executed step's output of each item, in the order of the items."""
    items = walker.render(kind.items, scope, step.id, "forEach")
    if not isinstance(items, list):
        message = f"it is of type {kind_of(items)}, and forEach takes a list"
        raise located(ExpressionError(message, expression=kind.items), step.id, "forEach")
    outputs: list[Any] = []
    while len(outputs) < len(items):
        rest = items[len(outputs) :]
        if not walker.effects.is_long() or not _can_be_apart(walker, step):
            outputs += await _items(walker, step, kind, scope, rest, len(outputs))
            continue
        told = await _apart(walker, step, scope, Portion(step.path, first=len(outputs), items=rest))
        outputs += told["outputs"]
    return outputs


async def repeat(walker: Walker, step: Step, kind: Repeat, scope: Scope) -> Any:
    """The last executed step's output of the last iteration."""
    done, ended, output = 0, False, None
    while not ended:
        if done and walker.effects.is_long() and _can_be_apart(walker, step):
            told = await _apart(walker, step, scope, Portion(step.path, first=done))
            done, ended = told["done"], told["ended"]
            output = told["output"] if told["ran"] else output
        else:
            done, ended, output = await _iterations(walker, step, kind, scope, (done, output))
    return output


async def portion_of_loop(walker: Walker, step: Step, scope: Scope, portion: Portion) -> dict[str, Any]:
    """What a run of its own does for a long loop: as much as its own record takes, and at least one round.

    Returns:
        How far it came, as plain JSON; ``outputs`` and ``order`` of the steps within.
    """
    try:
        if isinstance(step.kind, ForEach):
            told: dict[str, Any] = {
                "outputs": await _items(walker, step, step.kind, scope, portion.items or [], portion.first)
            }
        else:
            assert isinstance(step.kind, Repeat)  # noqa: S101 - there are two kinds of loops
            done, ended, output = await _iterations(walker, step, step.kind, scope, (portion.first, None))
            told = {"done": done, "ended": ended, "output": output, "ran": done > portion.first}
    except ReturnedError as end:
        return {"returned": end.value}
    ids = own_ids(steps_within(step))
    kept = {name: scope.outputs[name] for name in ids if name in scope.outputs}
    return {**told, "stored": kept, "order": [name for name in scope.order if name in kept]}


async def _items(walker: Walker, step: Step, kind: ForEach, scope: Scope, items: list[Any], first: int) -> list[Any]:
    """The outputs of as many items as the record takes, from the first one on."""
    can_stop = _can_be_apart(walker, step)
    last: tuple[int, Scope] = (-1, scope)

    def item(position: int) -> Callable[[], Awaitable[Any]]:
        async def run() -> Any:
            nonlocal last
            if position and can_stop and walker.effects.is_long():
                return _NOT_BEGUN
            apart = scope.apart(**{kind.item_name: items[position], kind.index_name: first + position})
            output = await _item(walker, step, kind, apart)
            last = max(last, (position, apart), key=lambda ended: ended[0])
            return output

        return run

    limit = min(kind.max_concurrency or _AT_ONCE, _AT_ONCE)
    outputs = await all_of([item(position) for position in range(len(items))], limit)
    if last[0] >= 0:
        scope.adopt(own_ids(kind.steps), last[1])
    return [output for output in outputs if output is not _NOT_BEGUN]


async def _item(walker: Walker, step: Step, kind: ForEach, scope: Scope) -> Any:
    try:
        return await walker.block(kind.steps, scope)
    except DoError as error:
        if step.on_error == "fail" or is_fault(error):
            raise
        return walker.gone_on(step, error)


async def _iterations(
    walker: Walker, step: Step, kind: Repeat, scope: Scope, before: tuple[int, Any]
) -> tuple[int, bool, Any]:
    """Iterations until the loop ends or the record is long: how many were done, whether it ended, the last output."""
    done, output = before
    first = done
    while done < kind.max_iterations:
        if done > first and walker.effects.is_long() and _can_be_apart(walker, step):
            return done, False, output
        if done and kind.delay is not None:
            await walker.effects.sleep(step.id, kind.delay)
        if kind.while_ is not None and not walker.holds(kind.while_, scope, step.id, "repeat.while"):
            return done, True, output
        output = await walker.block(kind.steps, scope)
        done += 1
        if kind.until is not None and walker.holds(kind.until, scope, step.id, "repeat.until"):
            return done, True, output
    return done, True, output


def _can_be_apart(walker: Walker, step: Step) -> bool:
    """Whether another run may do it: not what this run would have to undo."""
    return not any(_is_undone(walker, inner) for inner in _all_within(step))


def _is_undone(walker: Walker, step: Step) -> bool:
    functions = [step.kind.function] if isinstance(step.kind, FunctionCall) else []
    functions += [step.fallback.function] if step.fallback is not None else []
    itself = any(walker.effects.has_compensation(FunctionStep(step.id, function, None)) for function in functions)
    return itself or (step.compensation is not None and walker.definition.compensates)


def _all_within(step: Step) -> list[Step]:
    return [found for inner in steps_within(step) for found in (inner, *_all_within(inner))]


async def _apart(walker: Walker, step: Step, scope: Scope, portion: Portion) -> Mapping[str, Any]:
    read = names_read(portion.within(walker.definition.form))
    ids = set(own_ids(steps_within(step)))
    everything = "steps" in read
    outputs = {name: value for name, value in scope.outputs.items() if everything or name in read or name in ids}
    names = {
        name: value
        for name, value in scope.names.items()
        if name in read and name not in scope.outputs and name not in {"steps", "now"} and value is not UNDEFINED
    }
    order = tuple(name for name in scope.order if name in outputs)
    told = await walker.effects.run_portion(
        step.id, Portion(portion.path, names, outputs, order, portion.first, portion.items)
    )
    if "returned" in told:
        raise ReturnedError(told["returned"])
    for name in told["order"]:
        scope.store(name, told["stored"][name])
    return told
