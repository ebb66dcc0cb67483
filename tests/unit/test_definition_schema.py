"""The published schema and the reader say the same: both are made of one table."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.reading import read_document
from dosdk_temporal._pure.declarative.workflow_shape import published_schema
from tests.unit.test_definition_documents import SERVICE
from tests.unit.test_validate_flow import FINE
from tests.unit.test_validate_flow import HEAD as STEPS_HEAD
from tests.unit.test_validate_shapes import HEAD, STEPS

SEEDS = sorted((Path(__file__).parent / "definitions").glob("*.yaml"))
PUBLISHED = Draft202012Validator(published_schema())
SHAPES = {"wrong-type", "wrong-value", "unknown-key", "kind-missing", "kind-several", "misplaced-key", "bare-duration"}
"""Faults that a schema can say; ids, names, what is read and what the words mean, it cannot."""


def _is_valid(text: str) -> bool:
    return bool(PUBLISHED.is_valid(read_document(text, None, Problems())[0].value))


@pytest.mark.parametrize("step", [step for step, fault in STEPS if fault[0] in SHAPES])
def test_what_the_reader_refuses(step: str) -> None:
    """A fault of shape that the reader tells is one that an editor shows."""
    assert not _is_valid(HEAD + step)


@pytest.mark.parametrize(
    "text", [*(file.read_text(encoding="utf-8") for file in SEEDS), *(STEPS_HEAD + steps for steps in FINE)]
)
def test_what_the_reader_takes(text: str) -> None:
    """What the reader takes an editor takes; the fuzz asks the same of thousands more."""
    assert _is_valid(text)


def test_a_service() -> None:
    """A service's own words are in it too."""
    assert PUBLISHED.is_valid(SERVICE)
