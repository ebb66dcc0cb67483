"""The public surface as a type checker sees it."""

from __future__ import annotations

import ast
from pathlib import Path

from mypy import api as mypy

import dosdk_temporal

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def test_the_public_surface_type_checks() -> None:
    """A program that uses all of it passes mypy --strict, and each result has the type that is stated."""
    said, complaint, status = mypy.run(["--config-file", str(ROOT / "pyproject.toml"), str(HERE / "api.py")])
    assert (complaint, status) == ("", 0), said


def test_the_program_uses_every_public_name() -> None:
    """No public name is missing from the typed program."""
    tree = ast.parse((HERE / "api.py").read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "dosdk_temporal"
        for alias in node.names
    }
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert set(dosdk_temporal.__all__) <= imported & used
