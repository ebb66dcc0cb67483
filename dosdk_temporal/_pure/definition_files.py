"""Pure: which files hold definitions."""

from __future__ import annotations

from typing import Final

__all__ = ["DEFINITION_FILES", "is_definition_file"]

DEFINITION_FILES: Final = (".yaml", ".yml", ".json")
"""How their names end."""


def is_definition_file(name: str) -> bool:
    """Whether a name among modules, or in a folder, is that of a file with a definition."""
    return name.lower().endswith(DEFINITION_FILES)
