"""Pure: a picture as Mermaid's flowchart text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dosdk_temporal._pure.drawing.picture import Box, Canvas, Edge, Node

__all__ = ["mermaid_text", "safe_text"]

_SHAPES: Final = {
    "step": ("[", "]"),
    "end": ("([", "])"),
    "choice": ("{", "}"),
    "fork": ("{{", "}}"),
    "wait": ("(", ")"),
    "person": ("[/", "/]"),
    "workflow": ("[[", "]]"),
    "fails": (">", "]"),
}
_STYLES: Final = {
    "completed": "fill:#d8f3dc,stroke:#2d6a4f,color:#000",
    "failed": "fill:#ffd6d6,stroke:#b00020,color:#000",
    "skipped": "fill:#eeeeee,stroke:#999999,color:#666,stroke-dasharray:4",
    "running": "fill:#d0e8ff,stroke:#1565c0,color:#000",
    "waiting": "fill:#fff3bf,stroke:#b08900,color:#000",
    "fallback": "fill:#ffe0b3,stroke:#c77700,color:#000",
    "compensated": "fill:#e6d9f5,stroke:#6a3fa0,color:#000",
}
_LIKE: Final = {
    "pending": "waiting",
    "held": "waiting",
    "cancelled": "skipped",
    "compensation_failed": "failed",
    "left": "completed",
}
"""States that look like others."""

_ENCODED: Final = {
    **{char: f"#{ord(char)};" for char in "#%`;:\\"},
    '"': "#quot;",
    "&": "#amp;",
    "<": "#lt;",
    ">": "#gt;",
}
"""What means something to Mermaid within quotes, or to what it does to a text before it reads it."""

_ANYWHERE: Final = "direction"
"""A word that Mermaid takes for its own wherever on a line it finds it, within quotes too."""

_LONGEST: Final = 60


def mermaid_text(canvas: Canvas) -> str:
    """The text; whatever steps are called, each label is a label and nothing else."""
    return "\n".join(["flowchart TD", *_members(canvas.whole, "  "), *map(_edge, canvas.edges), *_styles(canvas), ""])


def safe_text(text: str) -> str:
    """A text as one line that can stand within quotes; long ones are cut, and nothing is a blank: Mermaid takes no empty one."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    cut = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    encoded = "".join(_ENCODED.get(char, char) for char in cut)
    return encoded.replace(_ANYWHERE, f"#{ord(_ANYWHERE[0])};{_ANYWHERE[1:]}") or " "


def _members(box: Box, indent: str) -> Iterator[str]:
    for member in box.members:
        if isinstance(member, Node):
            yield f"{indent}{_node(member)}"
        else:
            yield f'{indent}subgraph {member.id}["{safe_text(member.text)}"]'
            yield from _members(member, f"{indent}  ")
            yield f"{indent}end"


def _node(node: Node) -> str:
    lines = [*node.lines, *([node.mark.text] if node.mark and node.mark.text else [])]
    begin, end = _SHAPES[node.shape]
    text = "<br/>".join(map(safe_text, lines)) or safe_text("")
    return f'{node.id}{begin}"{text}"{end}'


def _edge(edge: Edge) -> str:
    arrow = "-.->" if edge.dashed else "-->"
    text = f'|"{safe_text(edge.text)}"|' if edge.text else ""
    return f"  {edge.start} {arrow}{text} {edge.end}"


def _styles(canvas: Canvas) -> Iterator[str]:
    """A class for each state that is told."""
    by_class: dict[str, list[str]] = {}
    for node in canvas.nodes():
        if node.mark is not None:
            look = _LIKE.get(node.mark.state, node.mark.state)
            by_class.setdefault(look, []).append(node.id)
    for look, ids in by_class.items():
        if look in _STYLES:
            yield f"  classDef {look} {_STYLES[look]}"
            yield f"  class {','.join(ids)} {look}"
