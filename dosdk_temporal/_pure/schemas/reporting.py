"""Pure: how a fault in a schema is told to whoever reads it."""

from __future__ import annotations

from typing import Final, Literal, Protocol

__all__ = ["NO_FIELD", "Path", "Report", "Severity"]

Path = tuple[str | int, ...]
"""The way to a value from the root: keys and indices."""

Severity = Literal["error", "warning"]

NO_FIELD: Final = "is not a field of it"
"""What is said of a key that nobody declares, where others are declared."""


class Report(Protocol):
    """Takes one fault."""

    def __call__(self, path: Path, message: str, hint: str | None = None, *, severity: Severity = "error") -> None:
        """Note a fault.

        Args:
            path: where it is.
            message: what is wrong.
            hint: what to do.
            severity: ``error`` refuses, ``warning`` does not.
        """
