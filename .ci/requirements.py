"""Prints every requirement that pyproject.toml names, a line each: what `make lock` pins."""

from __future__ import annotations

import tomllib
from pathlib import Path


def requirements(pyproject: dict[str, dict[str, object]]) -> list[str]:
    """Collect the requirements of the build, the library, its extras and the development group."""
    project, groups = pyproject["project"], pyproject["dependency-groups"]
    listed = [pyproject["build-system"]["requires"], project["dependencies"], groups["dev"]]
    listed += project["optional-dependencies"].values()
    return sorted({requirement for group in listed for requirement in group})


if __name__ == "__main__":
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    print("\n".join(requirements(tomllib.loads(text))))  # noqa: T201 - it is read by pip-compile
