"""Pure: mappings with known keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.shapes import Shape, wrong_type
from dosdk_temporal._pure.similar import similar

__all__ = ["Either", "Field", "Record", "report_unknown", "settle_aliases"]


@dataclass(frozen=True)
class Field:
    """One key of a mapping.

    Attributes:
        shape: of its value.
        description: for editors.
        required: whether it has to be there.
    """

    shape: Shape
    description: str
    required: bool = False

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {**self.shape.schema(), "description": self.description}


@dataclass(frozen=True)
class Record:
    """A mapping with these keys and no others, but for ``x-*``, which are passed over.

    Attributes:
        what: it is called in messages, as in ``a step``.
        fields: by key.
        aliases: other words for keys.
        elsewhere: keys that people look for here, and where they stand.
    """

    what: str
    fields: Mapping[str, Field]
    aliases: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def read(self, value: Any, path: Path, problems: Problems) -> dict[str, Any] | None:
        """The mapping with its own words alone; None, and told, where it is none."""
        if not isinstance(value, dict):
            wrong_type(value, f"a mapping: {self.what} has {', '.join(self.fields)}", path, problems)
            return None
        value = settle_aliases(value, self.aliases, path, problems)
        meant = report_unknown(value, self.fields, self.what, path, problems, self.elsewhere)
        for key, known in self.fields.items():
            if known.required and key not in value and key not in meant:
                problems.error("missing", path, f"{self.what} needs {key!r}: {known.description}")
        return {
            key: known.shape.read(value[key], (*path, key), problems)
            for key, known in self.fields.items()
            if key in value
        }

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        other_words = {alias: self.fields[key].schema() for alias, key in self.aliases.items()}
        required = [key for key, known in self.fields.items() if known.required]
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {**{key: known.schema() for key, known in self.fields.items()}, **other_words},
            "patternProperties": {"^x-": {}},
            "additionalProperties": False,
        }
        return {**schema, "required": required} if required else schema


@dataclass(frozen=True)
class Either:
    """Text in short, or a mapping in full, read as the mapping.

    Attributes:
        text: the shape of the short form.
        key: which key of the mapping the text stands for.
        record: the full form.
    """

    text: Shape
    key: str
    record: Record

    def read(self, value: Any, path: Path, problems: Problems) -> dict[str, Any] | None:
        """See the shapes."""
        if isinstance(value, dict):
            return self.record.read(value, path, problems)
        read = self.text.read(value, path, problems)
        return None if read is None else {self.key: read}

    def schema(self) -> dict[str, Any]:
        """See the shapes."""
        return {"anyOf": [self.text.schema(), self.record.schema()]}


def settle_aliases(
    value: Mapping[str, Any], aliases: Mapping[str, str], path: Path, problems: Problems
) -> dict[str, Any]:
    """The mapping with each alias under the word that it stands for; both at once are told."""
    settled = dict(value)
    for alias, key in aliases.items():
        if alias not in settled:
            continue
        if key in settled:
            problems.error(
                "both-spellings",
                (*path, alias),
                f"{alias!r} and {key!r} mean the same",
                "keep one of them",
                on_key=True,
            )
            del settled[alias]
            continue
        settled[key] = settled.pop(alias)
        problems.spelt((*path, key), alias)
    return settled


def report_unknown(
    value: Mapping[str, Any],
    known: Mapping[str, Any],
    what: str,
    path: Path,
    problems: Problems,
    elsewhere: Mapping[str, str],
) -> set[str]:
    """Tell the keys that nobody reads; those that begin with ``x-`` are the writer's own.

    Returns:
        The known keys that were meant.
    """
    meant = set()
    for key in value:
        if key in known or key.startswith("x-"):
            continue
        near = None if key in elsewhere else similar(key, known)
        advice = (
            elsewhere.get(key)
            or (near and f"did you mean {near!r}?")
            or f"it has {', '.join(known)}; own keys begin with x-"
        )
        problems.error("unknown-key", (*path, key), f"{what} has no {key!r:.60}", advice, on_key=True)
        problems.spoil((*path, key))
        meant |= {near} if near else set()
    return meant
