"""Pure: JSON Schema as it is written: checked, and brought to one form.

Every fault has its place within the schema. References stay within the schema: nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dosdk_temporal._pure.schemas.keywords import KEYWORDS, SAME_VALUE, holds
from dosdk_temporal._pure.schemas.patterns import compile_pattern
from dosdk_temporal._pure.schemas.reporting import Path, Report, Severity
from dosdk_temporal._pure.schemas.schema import Schema
from dosdk_temporal._pure.similar import did_you_mean
from dosdk_temporal.errors import DefinitionError

__all__ = ["check_raw"]

_DIALECT: Final = "json-schema.org/draft/2020-12/schema"
_NOT_HERE: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("$anchor", "$dynamicAnchor", "$recursiveAnchor", "$id", "$schema"), "put shared parts under $defs"
    ),
    **dict.fromkeys(("$dynamicRef", "$recursiveRef"), "refer with $ref: '#/$defs/...'"),
    "$vocabulary": "leave it out",
    # The library matches patterns for these two with Python's own, unbounded engine.
    "unevaluatedProperties": "write additionalProperties beside the properties",
    "unevaluatedItems": "write items beside prefixItems",
}
_SHOWN: Final = 60


def check_raw(schema: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """The schema in its one form: a copy without ``$schema`` and ``$id``, its lists of required names sorted.

    Args:
        schema: plain JSON, a tree.
        report: is told every fault, its path beginning at the schema's root.
    """
    walk = _Walk(report)
    formed = walk.root(schema)
    walk.check_references()
    walk.check_defaults(Schema(formed))
    return formed


class _Walk:
    def __init__(self, report: Report) -> None:
        self._tell = report
        self._same: dict[Path, list[Path]] = {}
        self._references: list[tuple[Path, str]] = []
        self._defaults: list[tuple[Path, Mapping[str, Any]]] = []
        self._faulty = False

    def root(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        dialect = schema.get("$schema")
        if dialect is not None and (not isinstance(dialect, str) or _DIALECT not in dialect):
            self._report(
                ("$schema",), f"{_short(dialect)} is another dialect than JSON Schema 2020-12", "leave $schema out"
            )
        if not isinstance(schema.get("$id", ""), str):
            self._report(("$id",), f"$id is {_short(schema['$id'])}, not text")
        return self._mapping({key: value for key, value in schema.items() if key not in {"$schema", "$id"}}, ())

    def _report(self, path: Path, message: str, hint: str | None = None, *, severity: Severity = "error") -> None:
        self._faulty = self._faulty or severity == "error"
        self._tell(path, message, hint, severity=severity)

    def check_defaults(self, schema: Schema) -> None:
        """Tell the defaults that do not fit where they stand; only a schema without other faults can say so."""
        for path, part in () if self._faulty else self._defaults:
            for inner, message in schema.faults_of(part["default"], part):
                self._report((*path, "default", *inner), f"this default does not fit: {message}")

    def check_references(self) -> None:
        for path, reference in self._references:
            target = _target(reference)
            if target is None:
                self._report((*path, "$ref"), *_unfollowed(reference))
            elif target not in self._same:
                self._report((*path, "$ref"), f"$ref points to {reference!r}, where no schema is")
            else:
                self._same[path].append(target)
        self._check_circles()

    def _schema(self, schema: Any, path: Path) -> Any:
        wanted = holds("schema", schema)
        if wanted:
            self._report(path, f"this is {_short(schema)}, not {wanted}")
            return {}
        if isinstance(schema, bool):
            self._same[path] = []
            # The library says for false where it stands only behind these two.
            return schema or (False if path[-1] in {"additionalProperties", "items"} else {"not": {}})
        return self._mapping(schema, path)

    def _mapping(self, schema: Mapping[str, Any], path: Path) -> dict[str, Any]:
        self._same[path] = []
        if "default" in schema:
            self._defaults.append((path, schema))
        return {key: self._keyword(key, value, path) for key, value in schema.items()}

    def _keyword(self, key: str, value: Any, path: Path) -> Any:
        at = (*path, key)
        kind = self._kind(key, value, at)
        match kind:
            case "schema":
                return self._below(key, value, at, path)
            case "schemas":
                return [self._below(key, item, (*at, index), path) for index, item in enumerate(value)]
            case "named schemas":
                return {name: self._named(key, name, item, path) for name, item in value.items()}
            case "names":
                return sorted(set(value))
            case "pattern":
                self._pattern(value, at)
            case "text" if key == "$ref":
                self._references.append((path, value))
        return value

    def _kind(self, key: str, value: Any, at: Path) -> str | None:
        """What the keyword holds; None, and told, where the keyword or what it holds is none."""
        kind = KEYWORDS.get(key)
        if kind is None:
            self._unknown(key, at)
            return None
        wanted = holds(kind, value)
        if wanted:
            self._report(at, f"{key} is {_short(value)}, not {wanted}")
            return None
        return kind

    def _below(self, key: str, schema: Any, at: Path, path: Path) -> Any:
        if key in SAME_VALUE:
            self._same[path].append(at)
        return self._schema(schema, at)

    def _named(self, key: str, name: str, schema: Any, path: Path) -> Any:
        if key == "patternProperties":
            self._pattern(name, (*path, key, name))
        return self._below(key, schema, (*path, key, name), path)

    def _pattern(self, source: str, at: Path) -> None:
        try:
            compile_pattern(source)
        except DefinitionError as error:
            self._report(at, str(error))

    def _unknown(self, key: str, at: Path) -> None:
        if key in _NOT_HERE:
            self._report(at, f"{key} is not supported here", _NOT_HERE[key])
        elif not key.startswith("x-"):
            advice = did_you_mean(key, KEYWORDS)
            self._report(at, f"JSON Schema has no keyword {_short(key)}: it says nothing", advice, severity="warning")

    def _check_circles(self) -> None:
        """A schema that leads back to itself on the same value would be asked for ever."""
        waiting = {path: len(set(below)) for path, below in self._same.items()}
        above: dict[Path, list[Path]] = {}
        for path, below in self._same.items():
            for other in set(below):
                if other in self._same:
                    above.setdefault(other, []).append(path)
                else:
                    waiting[path] -= 1
        done = [path for path, left in waiting.items() if not left]
        while done:
            for path in above.get(done.pop(), ()):
                waiting[path] -= 1
                if not waiting[path]:
                    done.append(path)
        for path, reference in self._references:
            if waiting[path]:
                self._report((*path, "$ref"), f"$ref {reference!r} leads back to itself without going into the value")


def _target(reference: str) -> Path | None:
    """The place that a reference within the schema means; None for any other."""
    if reference == "#":
        return ()
    if not reference.startswith("#/"):
        return None
    parts = [part.replace("~1", "/").replace("~0", "~") for part in reference[2:].split("/")]
    path: list[str | int] = []
    for part in parts:
        in_list = bool(path) and KEYWORDS.get(str(path[-1])) == "schemas"
        path.append(int(part) if in_list and part.isdecimal() and len(part) < 6 else part)  # noqa: PLR2004 - no list is longer
    return tuple(path)


def _unfollowed(reference: str) -> tuple[str, str]:
    advice = "put the schema under $defs and refer to it with '#/$defs/...'"
    if reference.startswith("#"):
        return f"$ref {_short(reference)} names an anchor: only paths like '#/$defs/address' are followed", advice
    return f"$ref {_short(reference)} leads out of the schema: nothing is fetched", advice


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
