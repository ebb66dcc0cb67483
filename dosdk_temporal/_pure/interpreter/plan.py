"""Pure: what a run would do, as far as that can be told before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from dosdk_temporal._pure.expressions.partly import Partly
from dosdk_temporal._pure.expressions.undefined import UNDEFINED

__all__ = ["End", "Patience", "PlannedStep", "Verdict", "Where"]

Verdict = Literal["runs", "skipped", "depends", "fails", "not reached"]


@dataclass(frozen=True)
class PlannedStep:
    """What would become of one step.

    Attributes:
        step: its id.
        what: what it does, in words: ``calls charge``.
        verdict: ``depends`` where that rests on what is not known yet; ``fails`` where the definition's own expression does.
        within: the ids of the steps around it, the outermost first.
        conditions: what decides, as it is written: its own condition, that of its case, the list of its loop.
        values: the known ones that were read for it, by path.
        depends: the paths of what is not known yet and decides.
        note: what else there is to know: how often, or why the run does not come there.
    """

    step: str
    what: str
    verdict: Verdict
    within: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    depends: tuple[str, ...] = ()
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON; a value that is undefined has none, and is left out."""
        values = {path: value for path, value in self.values.items() if value is not UNDEFINED}
        return {
            **vars(self),
            "within": list(self.within),
            "conditions": list(self.conditions),
            "values": values,
            "depends": list(self.depends),
        }


@dataclass(frozen=True)
class Where:
    """Where a block stands.

    Attributes:
        within: the ids of the steps around it.
        depends: the paths that decide whether the run comes there; none where it does for certain.
        conditions: what decided that, as it is written.
        values: that were read for it.
        note: for each step of it.
    """

    within: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    def inside(self, step: str) -> Where:
        """Within a step; what was asked for that is told there."""
        return Where((*self.within, step), self.depends)

    def where(self, text: str, asked: Partly) -> Where:
        """Where this was asked."""
        return replace(
            self,
            conditions=(*self.conditions, text),
            depends=tuple(dict.fromkeys((*self.depends, *asked.depends))),
            values={**self.values, **asked.values},
        )


@dataclass(frozen=True)
class End:
    """Why the run does not come further.

    Attributes:
        note: in words.
        step: the id of the step that ends it.
        depends: the paths that decide whether it ends there; none where it does for certain.
        can_be_caught: whether it is an error that a ``try`` may catch.
        type: of that error; None where several may end it.
    """

    note: str
    step: str
    depends: tuple[str, ...] = ()
    can_be_caught: bool = False
    type: str | None = None


@dataclass
class Patience:
    """How many more steps are walked as long as loops are planned round by round: loops within loops would take for ever."""

    left: int = 20_000

    @property
    def is_over(self) -> bool:
        """Whether loops are to be planned as if nothing were known of their rounds."""
        return self.left <= 0
