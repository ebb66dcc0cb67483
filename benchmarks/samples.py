"""Outside: taking samples of variants turn by turn, and comparing them.

Source of the method: on a machine that others use, wall time of two identical variants differed by up to 1.36, their
CPU time by 0.04; so variants are alternated in short chunks, each chunk compared only with its neighbours of the same
round, and the quartiles over the rounds told as the spread.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from statistics import median, quantiles

from benchmarks.figures import Bound, Figure

__all__ = ["Samples", "alternate", "least", "ratio", "ratio_of_totals", "told"]

Samples = Mapping[str, Sequence[float]]
"""By variant, one value a round."""


async def alternate(
    chunks: Mapping[str, Callable[[], Awaitable[float]]], rounds: int, *, warm_up: bool = True
) -> Samples:
    """One sample of every variant a round; who begins rotates.

    Args:
        chunks: by variant, what takes one sample.
        rounds: how many count.
        warm_up: whether a round goes before them that does not count.
    """
    names = list(chunks)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(-1 if warm_up else 0, rounds):
        first = turn % len(names)
        for name in (*names[first:], *names[:first]):
            value = await chunks[name]()
            if turn >= 0:
                taken[name].append(value)
    return taken


def ratio(samples: Samples, over: str, under: str | tuple[str, str], name: str, bound: Bound | None = None) -> Figure:
    """One variant's share of another's, or of the mean of two: the median over the rounds."""
    return told(_by_round(samples, over, under), name, bound=bound)


def ratio_of_totals(
    samples: Samples, over: str, under: str | tuple[str, str], name: str, bound: Bound | None = None
) -> Figure:
    """One variant's share of another's, or of the mean of two: all rounds together.

    For CPU, of which a chunk has much and nothing but others' load makes one chunk differ from the next: resampled from 28
    rounds under load, two identical variants were 1 within 0.024 by their totals, within 0.044 by the median of the rounds.
    """
    by_round = told(_by_round(samples, over, under), name, bound=bound)
    return replace(by_round, measured=sum(samples[over]) / sum(_beneath(samples, under)))


def told(values: Sequence[float], name: str, *, unit: str = "x", bound: Bound | None = None) -> Figure:
    """A figure from one value a round: median and quartiles."""
    spread = None
    if len(values) > 1:
        low, _, high = quantiles(values, n=4, method="inclusive")
        spread = (low, high)
    return Figure(name, median(values), unit, bound, spread)


def least(values: Sequence[float], name: str, *, unit: str, bound: Bound | None = None) -> Figure:
    """A figure from one value a round: the least of them, and the quartiles.

    For an absolute time, which the load of others can only make longer.
    """
    return replace(told(values, name, unit=unit, bound=bound), measured=min(values))


def _by_round(samples: Samples, over: str, under: str | tuple[str, str]) -> list[float]:
    return [mine / theirs for mine, theirs in zip(samples[over], _beneath(samples, under), strict=True)]


def _beneath(samples: Samples, under: str | tuple[str, str]) -> Sequence[float]:
    if isinstance(under, str):
        return samples[under]
    return [(one + other) / 2 for one, other in zip(*(samples[name] for name in under), strict=True)]
