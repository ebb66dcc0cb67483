"""Outside: the documented customerOnboardingWorkflow, as its file has it."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.reading import read_document

__all__ = ["documented"]


def documented() -> dict[str, Any]:
    """The document, plain."""
    text = (files("workflows.definitions") / "customer-onboarding.yaml").read_text(encoding="utf-8")
    document, _ = read_document(text, None, Problems())
    value: dict[str, Any] = document.value
    return value
