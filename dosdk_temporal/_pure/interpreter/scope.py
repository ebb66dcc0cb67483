"""Pure: what expressions can read at one point of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from dosdk_temporal._pure.expressions.undefined import UNDEFINED

__all__ = ["Scope", "moment_text"]


class Scope:
    """Names and their values; the outputs of steps are added as they come.

    Args:
        names: that are there from the start, without the steps' ids.
        ids: of all steps; one that has not run is undefined.
    """

    def __init__(self, names: Mapping[str, Any], ids: Iterable[str] = ()) -> None:
        self.names: dict[str, Any] = {**dict.fromkeys(ids, UNDEFINED), **names}
        self.outputs: dict[str, Any] = {}
        """Of the steps that have run, by id."""
        self.names["steps"] = self.outputs
        self.order: list[str] = []
        """The ids of steps in the order in which they ended, without those that were skipped."""

    def store(self, step: str, output: Any) -> None:
        """Let a step's output be read from now on; ``UNDEFINED`` for one that was skipped."""
        self.names[step] = output
        if step in self.order:
            self.order.remove(step)
        if output is UNDEFINED:
            self.outputs.pop(step, None)
            return
        self.outputs[step] = output
        self.order.append(step)

    def apart(self, **names: Any) -> Scope:
        """A scope that sees all of this one, and whose steps this one does not see until it adopts them."""
        scope = Scope.__new__(Scope)
        scope.names = {**self.names, **names}
        scope.names["steps"] = scope.outputs = dict(self.outputs)
        scope.order = list(self.order)
        return scope

    def adopt(self, steps: Iterable[str], other: Scope) -> None:
        """Take the outputs of these steps from a scope that ran apart, in the order in which they ended there."""
        ids = set(steps)
        for step in ids - other.outputs.keys():
            self.store(step, UNDEFINED)
        for step in other.order:
            if step in ids:
                self.store(step, other.outputs[step])

    def at(self, now: datetime) -> Mapping[str, Any]:
        """The names, for an evaluation at that time."""
        self.names["now"] = moment_text(now)
        return self.names

    @contextmanager
    def bound(self, name: str, value: Any) -> Iterator[None]:
        """A name that is there for a while."""
        absent = object()
        before = self.names.get(name, absent)
        self.names[name] = value
        try:
            yield
        finally:
            if before is absent:
                del self.names[name]
            else:
                self.names[name] = before


def moment_text(moment: datetime) -> str:
    """A time as JavaScript writes it: ``2026-01-31T09:00:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
