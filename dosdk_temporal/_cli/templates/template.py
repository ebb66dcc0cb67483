"""Outside: one template: what it is, what it asks for, and its definition with places to fill."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, Final

from dosdk_temporal._pure.declarative.loading import check_definition_text
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.reading import read_document
from dosdk_temporal._pure.declarative.records import Field, Record
from dosdk_temporal._pure.declarative.references import references
from dosdk_temporal._pure.declarative.schema_shape import SCHEMA
from dosdk_temporal._pure.declarative.shapes import TEXT, MapOf
from dosdk_temporal._pure.schemas.schema import Schema
from dosdk_temporal._pure.similar import did_you_mean
from dosdk_temporal.errors import DefinitionError, InputError

__all__ = ["DEFINITION", "MANIFEST", "Filled", "Template", "read_template"]

MANIFEST: Final = "template.yaml"
DEFINITION: Final = "definition.yaml"
_PLACE: Final = re.compile(r"\b__([A-Za-z][A-Za-z0-9]*)__\b")

_SHAPE: Final = Record(
    "a template",
    {
        "summary": Field(TEXT, "what it is for, in one line", required=True),
        "description": Field(TEXT, "how it goes about it, and what may be changed"),
        "parameters": Field(
            SCHEMA, "what may be said when it is used: names and types, with descriptions and defaults"
        ),
        "functions": Field(
            MapOf(TEXT, "a mapping of functions to texts"), "what each function that it calls has to do"
        ),
    },
)


@dataclass(frozen=True)
class Filled:
    """A template with its parameters.

    Attributes:
        values: the parameters, defaults among them.
        text: the definition as it is to be written.
        definition: the same, checked.
        functions: those that it calls, each with what it has to do, as far as the template says.
    """

    values: Mapping[str, Any]
    text: str
    definition: Definition
    functions: Mapping[str, str]


@dataclass(frozen=True)
class Template:
    """A definition that is ready to be used.

    Attributes:
        name: by which it is found: its folder's.
        package: whose it is: the name of the entry point.
        summary: what it is for, in one line.
        description: more, for people.
        parameters: the schema of what may be said when it is used.
        functions: what each function that it calls has to do, by name.
        text: the definition; ``__name__`` stands for the value of the parameter ``name``, as JSON.
    """

    name: str
    package: str
    summary: str
    description: str
    parameters: Schema
    functions: Mapping[str, str]
    text: str

    @property
    def properties(self) -> Mapping[str, Mapping[str, Any]]:
        """The schema of each parameter, by name."""
        found: Mapping[str, Mapping[str, Any]] = self.parameters.json.get("properties", {})
        return found

    def filled(self, given: Mapping[str, Any]) -> Filled:
        """The definition with these parameters, and defaults for the others.

        Raises:
            InputError: when a parameter is unknown, is missing or does not fit.
            DefinitionError: when the definition has faults with them, or for a place that no parameter fills.
        """
        self._refuse_unknown(given)
        checked_values = self.parameters.check(dict(given), f"what is set for template {self.name!r}")
        values = {name: checked_values[name] for name in self.properties if name in checked_values}
        text = _PLACE.sub(lambda place: self._value(place[1], values), self.text)
        checked = check_definition_text(text)
        if checked.definition is None:
            faults = "; ".join(str(problem) for problem in checked.problems if problem.severity == "error")
            raise DefinitionError(
                f"with these parameters template {self.name!r} is no definition: {faults}", problems=checked.problems
            )
        called = [name for kind, _, name in references(checked.definition.form) if kind == "function"]
        return Filled(values, text, checked.definition, {name: self.functions.get(name, "") for name in called})

    def _refuse_unknown(self, given: Mapping[str, Any]) -> None:
        for name in given:
            if name not in self.properties:
                advice = did_you_mean(name, self.properties) or f"it has {', '.join(self.properties) or 'none'}"
                raise InputError(f"template {self.name!r} has no parameter {name!r}: {advice}")

    def _value(self, parameter: str, values: Mapping[str, Any]) -> str:
        if parameter not in values:
            raise DefinitionError(f"template {self.name!r} has a place __{parameter}__, which nothing fills")
        # JSON is YAML too, on one line and in every place where a value may stand.
        return json.dumps(values[parameter], ensure_ascii=False)


def read_template(folder: Traversable, package: str) -> Template:
    """The template of a folder with the two files.

    Args:
        folder: its name is the template's.
        package: whose it is.

    Raises:
        DefinitionError: when the manifest has faults, with their places.
        OSError: when a file cannot be read.
    """
    problems = Problems()
    document, is_read = read_document((folder / MANIFEST).read_bytes(), f"{folder.name}/{MANIFEST}", problems)
    form = _SHAPE.read(document.value, (), problems) if is_read else None
    if form is None or problems.refuses:
        faults = [problem for problem in problems.located(document) if problem.severity == "error"]
        raise DefinitionError("; ".join(f"{problem.place}: {problem}" for problem in faults), problems=tuple(faults))
    return Template(
        name=folder.name,
        package=package,
        summary=form["summary"],
        description=form.get("description", "").strip(),
        parameters=Schema(form.get("parameters") or {"type": "object"}),
        functions=form.get("functions") or {},
        text=(folder / DEFINITION).read_text(encoding="utf-8"),
    )
