"""A strict reader of the Mermaid text that the project writes: what it does not know is an error."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

_LABEL = r'"(?P<label>[^"]*)"'
_SHAPES = {"[": "]", "([": "])", "{": "}", "{{": "}}", "(": ")", "[/": "/]", "[[": "]]", ">": "]"}
_NODE = re.compile(r"(?P<id>n\d+)(?P<begin>\(\[|\[\[|\[/|\[|\{\{|\{|\(|>)" + _LABEL + r"(?P<end>[\])}/]+)")
_BOX = re.compile(r"subgraph (?P<id>b\d+)\[" + _LABEL + r"\]")
_EDGE = re.compile(r"(?P<start>[nb]\d+) (?P<arrow>-->|-\.->)(\|" + _LABEL + r"\|)? (?P<end>[nb]\d+)")
_CLASS = re.compile(r"class (?P<ids>n\d+(,n\d+)*) (?P<look>\w+)")
_LOOK = re.compile(r"classDef (?P<look>\w+) [\w:#,-]+")
_TEXT = re.compile(r"(?:[^\"#&<>%`;:\\\x00-\x1f]|#(?:\d+|quot|amp|lt|gt);)*")
"""What a label may hold: nothing that means anything to Mermaid, but entities."""


@dataclass
class Flowchart:
    """What was read.

    Attributes:
        nodes: the lines of each, by id.
        boxes: the text of each, by id.
        edges: each ``(start, text, end, dashed)``.
        looks: the class of each node that has one, by id.
    """

    nodes: dict[str, list[str]] = field(default_factory=dict)
    boxes: dict[str, str] = field(default_factory=dict)
    edges: list[tuple[str, str, str, bool]] = field(default_factory=list)
    looks: dict[str, str] = field(default_factory=dict)

    def ways(self) -> list[str]:
        """The edges by the first lines of what they join: ``a -> b``, ``a -yes-> b``, ``a ~fails~> b``."""
        names = {**{key: lines[0] for key, lines in self.nodes.items()}, **self.boxes}
        return [
            f"{names[start]} {'~' if dashed else '-'}{text + ('~' if dashed else '-') if text else ''}> {names[end]}"
            for start, text, end, dashed in self.edges
        ]


def read_flowchart(text: str) -> Flowchart:
    """Read a text, line by line.

    Raises:
        AssertionError: at the first line that is not as it should be.
    """
    first, *lines = text.splitlines()
    assert (first, text[-1]) == ("flowchart TD", "\n")
    chart, depth = Flowchart(), 0
    for line in map(str.strip, lines):
        if found := _NODE.fullmatch(line):
            assert _SHAPES[found["begin"]] == found["end"], line
            chart.nodes[found["id"]] = [_plain(part) for part in found["label"].split("<br/>")]
        elif found := _BOX.fullmatch(line):
            chart.boxes[found["id"]] = _plain(found["label"])
            depth += 1
        elif line == "end":
            depth -= 1
            assert depth >= 0, line
        elif found := _EDGE.fullmatch(line):
            known = chart.nodes.keys() | chart.boxes.keys()
            assert {found["start"], found["end"]} <= known, line
            told = _plain(found["label"] or "")
            chart.edges.append((found["start"], told, found["end"], found["arrow"] == "-.->"))
        elif found := _CLASS.fullmatch(line):
            chart.looks.update(dict.fromkeys(found["ids"].split(","), found["look"]))
        else:
            assert _LOOK.fullmatch(line), line
    assert depth == 0
    return chart


def _plain(label: str) -> str:
    assert _TEXT.fullmatch(label), label
    assert "direction" not in label, label
    return html.unescape(re.sub(r"#(\d+);", r"&#\1;", re.sub(r"#([a-z]+);", r"&\1;", label)))
