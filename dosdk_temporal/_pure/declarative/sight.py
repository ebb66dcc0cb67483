"""Pure: what can be seen at one point of a definition, and what of it may not be there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from dosdk_temporal._pure.expressions.guards import Known, known_if_false, known_if_true
from dosdk_temporal._pure.expressions.program import Expression
from dosdk_temporal._pure.expressions.references import names_in
from dosdk_temporal._pure.expressions.tree import Chain, Group, Logical, Node

__all__ = ["ALWAYS", "Doubt", "Sight"]

_STABLE = frozenset({"input", "trigger", "vars", "workflow"})
"""Names whose values are the same during the whole run."""

_KEPT: Final = 1_000
"""Conditions whose parts are kept: each is asked for where its step stands and where that is over."""


@dataclass(frozen=True)
class Doubt:
    """Why a step's output may not be there.

    Attributes:
        reason: in words; empty where it is there for certain.
        conditions: what has to hold for it to be there; None where that is not all.
    """

    reason: str = ""
    conditions: frozenset[str] | None = frozenset()

    def also(self, reason: str, conditions: frozenset[str] | None = None) -> Doubt:
        """This doubt with one more reason; the first one is told."""
        both = None if self.conditions is None or conditions is None else self.conditions | conditions
        return Doubt(self.reason or reason, both)


ALWAYS = Doubt()


@dataclass(frozen=True)
class Sight:
    """What can be seen at one point.

    Attributes:
        steps: the steps that have run, by id, each with its doubt.
        names: of loops and errors, each with its doubt.
        known: paths that are there, as far as conditions have asked.
        conditions: conditions that hold here, and whose values never change.
        apart: steps that can never be seen from here, with the reason.
        within: blocks around this point, whose outputs are not there yet.
    """

    steps: Mapping[str, Doubt] = field(default_factory=dict)
    names: Mapping[str, Doubt] = field(default_factory=dict)
    known: Known = frozenset()
    conditions: frozenset[str] = frozenset()
    apart: Mapping[str, str] = field(default_factory=dict)
    within: frozenset[str] = frozenset()

    def with_steps(self, steps: Mapping[str, Doubt]) -> Sight:
        """Where these have run too."""
        return replace(self, steps={**self.steps, **steps})

    def with_names(self, *names: str, doubt: Doubt = ALWAYS) -> Sight:
        """Where these names are there too."""
        return replace(self, names={**self.names, **dict.fromkeys(names, doubt)})

    def without(self, steps: Iterable[str], reason: str) -> Sight:
        """Where these can never be seen."""
        return replace(self, apart={**self.apart, **dict.fromkeys(steps, reason)})

    def inside(self, step: str) -> Sight:
        """Within a step, whose own output is not there yet."""
        return replace(self, within=self.within | {step})

    def where(self, condition: Expression | None, *, holds: bool = True) -> Sight:
        """Where a condition holds, or does not."""
        if condition is None:
            return self
        tree = condition.tree
        learnt = known_if_true(tree) if holds else known_if_false(tree)
        conditions = conjuncts(condition) or frozenset() if holds else frozenset()
        return replace(self, known=self.known | both_spellings(learnt), conditions=self.conditions | conditions)

    def doubt(self, step: str) -> Doubt:
        """The doubt about a step that has run, where what holds here does not settle it."""
        doubt = self.steps[step]
        settled = doubt.conditions is not None and doubt.conditions <= self.conditions
        return ALWAYS if settled else doubt


@lru_cache(maxsize=_KEPT)
def conjuncts(condition: Expression) -> frozenset[str] | None:
    """The conditions that have to hold all; None where one of them may change its value during the run."""
    parts = list(_parts(condition.tree))
    if any(set(names_in(part)) - _STABLE for part in parts):
        return None
    return frozenset("".join(condition.text[part.start : part.end].split()) for part in parts)


def both_spellings(known: Known) -> Known:
    """Paths by ``steps.id`` also by ``id``, and the other way round."""
    bare = {path[1:] for path in known if path[0] == "steps" and len(path) > 1}
    return known | bare | {("steps", *path) for path in known if path[0] != "steps"}


def _parts(node: Node) -> Iterable[Node]:
    match node:
        case Group(inner=inner) | Chain(inner=inner):
            yield from _parts(inner)
        case Logical(operator="&&", left=left, right=right):
            yield from _parts(left)
            yield from _parts(right)
        case _:
            yield node
