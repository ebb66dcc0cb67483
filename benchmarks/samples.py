"""Outside: taking samples of variants turn by turn, and comparing them.

Source of the method: on a machine that others use, wall time of two identical variants differed by up to 1.36, their
CPU time by 0.04; so variants are alternated in short chunks, each chunk compared only with its neighbours of the same
round, and the median over the rounds is told with its quartiles.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median, quantiles

from benchmarks.figures import Bound, Figure

__all__ = ["Samples", "alternate", "ratio", "told"]

Samples = Mapping[str, Sequence[float]]
"""By variant, one value a round."""


async def alternate(chunks: Mapping[str, Callable[[], Awaitable[float]]], rounds: int) -> Samples:
    """One sample of every variant a round, after a round that is thrown away; who begins rotates.

    Args:
        chunks: by variant, what takes one sample.
        rounds: how many count.
    """
    names = list(chunks)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(-1, rounds):
        first = turn % len(names)
        for name in (*names[first:], *names[:first]):
            value = await chunks[name]()
            if turn >= 0:
                taken[name].append(value)
    return taken


def ratio(samples: Samples, over: str, under: str | tuple[str, str], name: str, bound: Bound | None = None) -> Figure:
    """The median over the rounds of one variant's share of another's, or of the mean of two."""
    beneath = samples[under] if isinstance(under, str) else _means(samples, under)
    return told([mine / theirs for mine, theirs in zip(samples[over], beneath, strict=True)], name, bound=bound)


def told(values: Sequence[float], name: str, *, unit: str = "x", bound: Bound | None = None) -> Figure:
    """A figure from one value a round: median and quartiles."""
    spread = None
    if len(values) > 1:
        low, _, high = quantiles(values, n=4, method="inclusive")
        spread = (low, high)
    return Figure(name, median(values), unit, bound, spread)


def _means(samples: Samples, names: tuple[str, str]) -> list[float]:
    return [(one + other) / 2 for one, other in zip(*(samples[name] for name in names), strict=True)]
