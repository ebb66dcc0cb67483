"""Pure: one fault of a definition, and where it is."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

__all__ = ["Path", "Problem", "Severity", "path_text"]

Path = tuple[str | int, ...]
"""The way to a value from the root: keys and indices."""

Severity = Literal["error", "warning"]

_PLAIN: Final = re.compile(r"[A-Za-z_$][\w$-]*")


@dataclass(frozen=True)
class Problem:
    """One fault.

    Attributes:
        code: what kind of fault, for programs: it stays the same when the words change.
        path: where in the definition, as ``$.steps[0].input.x``.
        message: what is wrong.
        severity: ``error`` refuses the definition, ``warning`` does not.
        file: as it was named; None for text and mappings.
        line: from 1; None for mappings.
        column: from 1; None for mappings.
        hint: what to do.
    """

    code: str
    path: str
    message: str
    severity: Severity = "error"
    file: str | None = None
    line: int | None = None
    column: int | None = None
    hint: str | None = None

    @property
    def place(self) -> str:
        """Where it is, as an editor understands it: ``file:line:column``, as far as that is known."""
        parts = [self.file, self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)

    def to_json(self) -> dict[str, Any]:
        """All of it, as plain JSON."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.message} @ {self.path}" + (f" ({self.hint})" if self.hint else "")


def path_text(path: Path) -> str:
    """The path as people read it: ``$.steps[0].input["a b"]``."""
    return "$" + "".join(map(_part, path))


def _part(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if _PLAIN.fullmatch(key) else f"[{key!r}]"
