"""Pure: what a picture is made of: nodes, boxes around them, and edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Box", "Canvas", "Edge", "Exit", "Mark", "Node", "Shape"]

Shape = Literal["step", "end", "choice", "fork", "wait", "person", "workflow", "fails"]


@dataclass(frozen=True)
class Mark:
    """What became of a step in a run.

    Attributes:
        state: the word for it, as the status has it.
        text: how long it took and how many attempts it had; empty where nothing is known.
    """

    state: str
    text: str = ""


@dataclass(frozen=True)
class Node:
    """A place in the picture.

    Attributes:
        id: of the picture's own making.
        lines: of text, as they are written.
        shape: what it stands for.
        step: the id of the step; None for what is none.
        mark: what became of it; None where that is not told.
    """

    id: str
    lines: tuple[str, ...]
    shape: Shape
    step: str | None = None
    mark: Mark | None = None


@dataclass(frozen=True)
class Edge:
    """A way from one place to another; dashed where it is taken when something fails."""

    start: str
    end: str
    text: str = ""
    dashed: bool = False


@dataclass
class Box:
    """Nodes and boxes that belong together."""

    id: str
    text: str
    members: list[Node | Box] = field(default_factory=list)


@dataclass(frozen=True)
class Exit:
    """A way out of a place, whose end is not known yet."""

    start: str
    text: str = ""
    dashed: bool = False


class Canvas:
    """A picture while it is drawn.

    Args:
        marks: what became of steps, by their ids.

    Attributes:
        whole: what is drawn so far.
        edges: likewise.
    """

    def __init__(self, marks: Mapping[str, Mark] | None = None) -> None:
        self._marks = marks or {}
        self._count = 0
        self.whole = Box("", "")
        self._inside = [self.whole]
        self.edges: list[Edge] = []

    def node(
        self, shape: Shape, *lines: str, step: str | None = None, after: Iterable[Exit] = (), mark: Mark | None = None
    ) -> str:
        """Draw a node, and the edges that lead to it; give its id."""
        own = mark or (self._marks.get(step) if step else None)
        node = Node(self._next("n"), tuple(line for line in lines if line), shape, step, own)
        self._inside[-1].members.append(node)
        self.connect(after, node.id)
        return node.id

    def connect(self, exits: Iterable[Exit], end: str) -> None:
        """Let ways lead to a place."""
        self.edges += [Edge(way.start, end, way.text, way.dashed) for way in exits]

    @contextmanager
    def box(self, text: str) -> Iterator[str]:
        """Draw all that follows within a box; give its id."""
        box = Box(self._next("b"), text)
        self._inside[-1].members.append(box)
        self._inside.append(box)
        try:
            yield box.id
        finally:
            self._inside.pop()

    def nodes(self) -> list[Node]:
        """All nodes, in the order in which they were drawn."""
        return list(_nodes_of(self.whole))

    def to_json(self) -> dict[str, Any]:
        """Nodes and edges, for programs."""
        return {
            "nodes": [
                {
                    "id": node.id,
                    "shape": node.shape,
                    "lines": list(node.lines),
                    "step": node.step,
                    "state": node.mark.state if node.mark else None,
                }
                for node in self.nodes()
            ],
            "edges": [
                {"from": edge.start, "to": edge.end, "label": edge.text, "dashed": edge.dashed} for edge in self.edges
            ],
        }

    def _next(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"


def _nodes_of(box: Box) -> Iterator[Node]:
    for member in box.members:
        if isinstance(member, Node):
            yield member
        else:
            yield from _nodes_of(member)
