"""Pure: the steps that choose or spread: parallel, switch and try."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from dosdk_temporal._pure.declarative.blocks import own_ids
from dosdk_temporal._pure.declarative.kinds import Catch, Parallel, Switch, Try
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.interpreter.faults import error_value, is_fault, is_one_of
from dosdk_temporal._pure.interpreter.scope import Scope
from dosdk_temporal._pure.interpreter.together import all_of, first_of, to_the_end
from dosdk_temporal._pure.interpreter.walking import Walker
from dosdk_temporal.errors import DoError

__all__ = ["run_parallel", "run_switch", "run_try"]


async def run_parallel(walker: Walker, step: Step, kind: Parallel, scope: Scope) -> dict[str, Any]:
    """A mapping of the branches' outputs by id: of all that ran, or of the first that completed."""
    del step
    scopes = [scope.apart() for _ in kind.steps]

    def branch(inner: Step, apart: Scope) -> Callable[[], Awaitable[bool | None]]:
        async def run() -> bool | None:
            return await walker.step(inner, apart) or None

        return run

    branches = [branch(inner, apart) for inner, apart in zip(kind.steps, scopes, strict=True)]
    if kind.wait_for_all:
        await all_of(branches, kind.max_concurrency)
        count = range(len(branches))
    else:
        won = await first_of(branches, kind.max_concurrency)
        count = range(0) if won is None else range(won[0], won[0] + 1)
    for position in count:
        scope.adopt(own_ids((kind.steps[position],)), scopes[position])
    ids = [kind.steps[position].id for position in count]
    return {name: scope.outputs[name] for name in ids if name in scope.outputs}


async def run_switch(walker: Walker, step: Step, kind: Switch, scope: Scope) -> Any:
    """The last executed step's output of the first case that holds, else of the default."""
    for index, case in enumerate(kind.cases):
        if walker.holds(case.condition, scope, step.id, f"switch[{index}].condition"):
            return await walker.block(case.steps, scope)
    return await walker.block(kind.default, scope)


async def run_try(walker: Walker, step: Step, kind: Try, scope: Scope) -> Any:
    """The last executed step's output, of the try or of the catch that took its error; ``finally`` runs in any case."""
    fault: DoError | None = None
    try:
        return await _caught(walker, step, kind, scope)
    except DoError as error:
        fault = error if is_fault(error) else None
        raise
    finally:
        await _put_away(walker, kind, scope, fault)


async def _put_away(walker: Walker, kind: Try, scope: Scope, fault: DoError | None) -> None:
    """Run what is ``finally`` to be done; what ends that does not hide a fault of the definition."""
    try:
        await to_the_end(walker.block(kind.finally_steps, scope))
    except Exception:
        if fault is None:
            raise
        raise fault from None


async def _caught(walker: Walker, step: Step, kind: Try, scope: Scope) -> Any:
    try:
        return await walker.block(kind.steps, scope)
    except DoError as error:
        if is_fault(error):
            raise
        value = error_value(error)
        for index, catch in enumerate(kind.catches):
            with scope.bound(catch.error_name, value):
                if _fits(walker, step, index, catch, error, scope):
                    return await walker.block(catch.steps, scope)
        raise


def _fits(walker: Walker, step: Step, index: int, catch: Catch, error: DoError, scope: Scope) -> bool:
    if not is_one_of(error, catch.errors):
        return False
    return catch.condition is None or walker.holds(catch.condition, scope, step.id, f"catch[{index}].condition")
