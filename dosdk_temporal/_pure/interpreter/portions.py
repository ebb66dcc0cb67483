"""Pure: a portion of a long loop, which a run of its own carries out, so that no record of a run grows without end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from dosdk_temporal._pure.expressions.program import compile_text
from dosdk_temporal._pure.expressions.references import names_in
from dosdk_temporal._pure.expressions.templates import Template, texts_in

__all__ = ["Portion", "names_read"]

_CONDITIONS: Final = frozenset({"condition", "until", "while"})


@dataclass(frozen=True)
class Portion:
    """What a run of its own needs to know to go on with a loop.

    Attributes:
        path: where the step of the loop stands in the definition's one form.
        names: what its steps can read beside the outputs of steps.
        outputs: of the steps that have run, as far as they are read.
        order: the ids of those, in the order in which they ended.
        first: the number of the first item or iteration, from 0.
        items: what is left of the list of a forEach; None for a repeat.
    """

    path: tuple[str | int, ...]
    names: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    first: int = 0
    items: list[Any] | None = None

    def to_wire(self) -> dict[str, Any]:
        """As plain JSON."""
        return {**asdict(self), "path": list(self.path), "order": list(self.order)}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Portion:
        """The inverse of :meth:`to_wire`."""
        return cls(**{**wire, "path": tuple(wire["path"]), "order": tuple(wire["order"])})

    def within(self, form: Mapping[str, Any]) -> Any:
        """The loop's step in the definition's one form."""
        found: Any = form
        for key in self.path:
            found = found[key]
        return found


def names_read(value: Any) -> frozenset[str]:
    """Every name that an expression within a part of a definition's one form reads."""
    conditions = (compile_text(text).tree for text in _conditions(value))
    templates = (part.tree for _, text in texts_in(value) for part in Template.parse(text).expressions)
    return frozenset(name for tree in (*conditions, *templates) for name in names_in(tree))


def _conditions(value: Any) -> Iterator[str]:
    below: Iterable[Any] = ()
    if isinstance(value, Mapping):
        yield from (text for key, text in value.items() if key in _CONDITIONS and isinstance(text, str))
        below = value.values()
    elif isinstance(value, list):
        below = value
    for item in below:
        yield from _conditions(item)
