"""The parser of definitions is ruamel.yaml's own: only quicker."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from dosdk_temporal._pure.declarative.yaml_engine import events_of

DEFINITIONS = sorted((Path(__file__).parent / "definitions").glob("*.yaml"))
PIECES = st.sampled_from(
    ["a", "b: ", "- ", "\n", "\n  ", "[", "]", "{", "}", ", ", ": ", "? ", "'", '"', "| \n", "# c\n", "&x ", "*x", "!!t ",
     "---\n", "0"]
)  # fmt: skip


def _read(events: Iterable[Any]) -> list[str]:
    """The events with their places, or the error at the end of them."""
    told: list[str] = []
    try:
        told.extend(f"{event} {event.start_mark.index} {event.end_mark.index}" for event in events)
    except (YAMLError, ValueError, IndexError) as error:
        told.append(f"{type(error).__name__}: {error}")
    return told


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.name)
def test_events_of_definitions(path: Path) -> None:
    """The events of a definition, and their places, are those that ruamel.yaml gives."""
    text = path.read_text(encoding="utf-8")
    assert _read(events_of(text)) == _read(YAML(typ="safe", pure=True).parse(text))


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_events_of_anything(text: str) -> None:
    """So they are of any text, and so is its error."""
    assert _read(events_of(text)) == _read(YAML(typ="safe", pure=True).parse(text))
