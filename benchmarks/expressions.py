"""Outside: what evaluating a documented condition costs, once it has been parsed.

Method: the CPU of this process around thousands of evaluations by ``evaluate``, as anybody calls it. Of all
rounds the least is told.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from benchmarks.documented import documented
from benchmarks.figures import Bound, Figure
from benchmarks.samples import least
from dosdk_temporal.expressions import UNDEFINED, evaluate

__all__ = ["measure"]

_BOUND: Final = Bound("≤", 5)
_EVALUATIONS: Final = 2_000
_MANAGER: Final = {"email": "grace@example.com", "accountManager": "Grace Hopper"}

_SCOPES: Final[tuple[Mapping[str, Any], ...]] = (
    {"input": {"plan": "enterprise", "companySize": "large"}, "assignAccountManager": _MANAGER},
    {"input": {"plan": "starter", "companySize": "enterprise"}, "assignAccountManager": _MANAGER},
    {"input": {"plan": "starter", "companySize": "small"}, "assignAccountManager": UNDEFINED},
)
"""Every way through them."""


async def measure(*, quick: bool) -> list[Figure]:
    """Each condition, in the scope in which it takes longest."""
    conditions = [step["condition"] for step in documented()["steps"] if "condition" in step]
    return [_figure(condition, rounds=10 if quick else 50) for condition in conditions]


def _figure(condition: str, rounds: int) -> Figure:
    name = f"CPU of {condition}, best of {rounds}"
    taken = [[_microseconds(condition, scope) for _ in range(rounds)] for scope in _SCOPES]
    return max((least(values, name, unit="µs", bound=_BOUND) for values in taken), key=lambda figure: figure.measured)


def _microseconds(condition: str, scope: Mapping[str, Any]) -> float:
    before = time.process_time()
    for _ in range(_EVALUATIONS):
        evaluate(condition, scope)
    return (time.process_time() - before) / _EVALUATIONS * 1_000_000
