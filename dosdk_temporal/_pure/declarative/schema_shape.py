"""Pure: where a definition takes a schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dosdk_temporal._pure.declarative.problem import Path, Severity
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.schemas.doors import as_schema

__all__ = ["SCHEMA", "OutputShape", "SchemaShape", "holds_template"]


class _Telling:
    """Passes on the faults of a schema, with their places in the definition."""

    def __init__(self, value: Any, path: Path, problems: Problems) -> None:
        self._value = value
        self._path = path
        self._problems = problems

    def __call__(self, path: Path, message: str, hint: str | None = None, *, severity: Severity = "error") -> None:
        tell = self._problems.error if severity == "error" else self._problems.warning
        tell("schema", _written(self._value, self._path, path), message, hint)


@dataclass(frozen=True)
class SchemaShape:
    """A schema by any of its doors, read as JSON Schema."""

    def read(self, value: Any, path: Path, problems: Problems) -> dict[str, Any] | None:
        """See the shapes."""
        read = as_schema(value, _Telling(value, path, problems))
        return None if read is None else dict(read.json)

    def schema(self) -> dict[str, Any]:
        """See the shapes."""
        return {
            "description": "Names and types, a list of names, or JSON Schema.",
            "anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "string"}}],
        }


@dataclass(frozen=True)
class OutputShape:
    """A mapping of templates, where any text in it holds ``{{``, else a schema."""

    def read(self, value: Any, path: Path, problems: Problems) -> dict[str, Any] | None:
        """The mapping as ``{"templates": ...}``, the schema as ``{"schema": ...}``."""
        if isinstance(value, dict) and holds_template(value):
            return {"templates": value}
        read = SCHEMA.read(value, path, problems)
        return None if read is None else {"schema": read}

    def schema(self) -> dict[str, Any]:
        """See the shapes."""
        return SCHEMA.schema()


SCHEMA = SchemaShape()


def holds_template(value: Any) -> bool:
    """Whether any text in it holds ``{{``."""
    if isinstance(value, str):
        return "{{" in value
    if isinstance(value, dict):
        return any(map(holds_template, value.values()))
    return isinstance(value, list) and any(map(holds_template, value))


def _written(value: Any, path: Path, inner: Path) -> Path:
    """The place in the text: a property map has no ``properties`` between its names."""
    if inner[:1] == ("properties",) and not (isinstance(value, dict) and isinstance(value.get("properties"), dict)):
        return (*path, *inner[1:])
    return (*path, *inner)
