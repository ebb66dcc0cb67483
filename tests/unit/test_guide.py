"""The guide of definitions shows what is so: its documents load, its test passes, and its commands are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dosdk_temporal._pure.declarative import kinds
from dosdk_temporal._pure.declarative.loading import check_definition_text, load_definition
from dosdk_temporal._pure.declarative.workflow_shape import WORKFLOW
from dosdk_temporal._pure.drawing.definition import draw_definition
from dosdk_temporal._pure.drawing.mermaid import mermaid_text
from dosdk_temporal._pure.interpreter.cases import try_case
from tests.unit.command_names import command_names
from tests.unit.flowchart import read_flowchart

GUIDE = (Path(__file__).parents[2] / "docs" / "definitions.md").read_text(encoding="utf-8")
DOCUMENTS = re.findall(r"^```(?:yaml|json)\n(.*?)^```$", GUIDE, re.M | re.S)


@pytest.mark.parametrize("text", DOCUMENTS, ids=lambda text: text.split()[1])
def test_each_document_loads(text: str) -> None:
    """Every document of the guide is a whole definition without a fault, and can be drawn."""
    problems = check_definition_text(text).problems
    assert [problem for problem in problems if problem.code != "unknown-function"] == []
    assert len(read_flowchart(mermaid_text(draw_definition(load_definition(text)))).nodes) > len(
        load_definition(text).steps
    )


def test_the_test_that_is_shown_passes() -> None:
    """The test in the guide's document passes."""
    (tested,) = (definition for definition in map(load_definition, DOCUMENTS) if definition.tests)
    assert try_case(tested, 0).passed


def test_the_tables_are_complete() -> None:
    """Every key of a definition, and every kind of step, has its line."""
    listed = set(re.findall(r"`([a-zA-Z]+)`", " ".join(re.findall(r"^\| (.*?) \|", GUIDE, re.M))))
    words = {"function", "parallel", "forEach", "switch", "wait", "waitForEvent", "approval", "workflow", "set", "try",
             "repeat", "raise", "return"}  # fmt: skip
    assert len(words) == len(kinds.Kind.__args__)
    assert {*WORKFLOW.fields, *words} - listed == set()


def test_the_commands_are_there() -> None:
    """Every command that the guide names is one of dosdk's."""
    assert set(re.findall(r"dosdk (\w+)", GUIDE)) - command_names() == set()
