"""Pure: what an expression reads, looked up in what can be seen where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from dosdk_temporal._pure.declarative.ids import SCOPE_NAMES
from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.sight import Doubt, Sight
from dosdk_temporal._pure.expressions.program import Expression
from dosdk_temporal._pure.expressions.references import Access, Read, reads_in
from dosdk_temporal._pure.schemas.defaults import resolve
from dosdk_temporal._pure.similar import did_you_mean

__all__ = ["Reader"]

_PROPERTIES: Final[Mapping[str, tuple[str, ...]]] = {
    "trigger": ("kind", "name", "id", "time", "payload"),
    "workflow": ("name", "version", "id"),
    "error": ("type", "message", "step", "attempts"),
    "event": ("payload", "name", "id"),
}
_LISTED: Final = 12
_EVERYWHERE: Final = frozenset({"input", "steps", "trigger", "vars", "workflow", "now"})
_ELSEWHERE: Final = {
    "error": "error is there in a catch, in a fallback's input, in onFailure and in finally",
    "event": "event is there in a trigger's filter",
}


class Reader:
    """Looks up names and properties.

    Args:
        ids: of all steps of the definition.
        variables: the names of its vars.
        schema: of its input, as JSON Schema; None for any.
        problems: is told what is not there.
    """

    def __init__(
        self, ids: frozenset[str], variables: frozenset[str], schema: Mapping[str, Any] | None, problems: Problems
    ) -> None:
        self._ids = ids
        self._variables = variables
        self._schema = schema
        self._problems = problems

    def look(self, expression: Expression, path: Path, sight: Sight, names: frozenset[str] = _EVERYWHERE) -> None:
        """Tell what the expression reads that is not there.

        Args:
            expression: parsed.
            path: of its text.
            sight: what can be seen there.
            names: of the scope that are there besides steps.
        """
        for read in reads_in(expression.tree, sight.known):
            self._look_up(_Reading(read, expression, path, sight), names)

    def _look_up(self, reading: _Reading, names: frozenset[str]) -> None:
        name, sight = reading.read.name, reading.sight
        if name in sight.names:
            self._check_doubt(reading, sight.names[name], 0, f"{name} may not be there")
            self._check_fixed(reading)
        elif name in names:
            self._look_into(reading)
        elif name in self._ids:
            self._step(reading, name, 0, can_run="steps" in names)
        else:
            self._unknown(reading, names)

    def _look_into(self, reading: _Reading) -> None:
        """What is read of a name of the scope."""
        name, first = reading.read.name, reading.key(0)
        if name == "steps" and first is not None:
            if first.key in self._ids:
                self._step(reading, str(first.key), 1)
            elif first.key is not None:
                near = did_you_mean(first.key, self._ids)
                self._tell(
                    reading,
                    "unknown-step",
                    f"there is no step {first.key!r}",
                    near or f"there is {_listed(sorted(self._ids))}",
                    first,
                )
        elif name == "vars" and first is not None and first.key is not None and first.key not in self._variables:
            near = did_you_mean(first.key, self._variables)
            self._tell(reading, "unknown-name", f"vars has no {first.key!r}", near or "declare it under vars:", first)
        elif name == "input":
            self._input(reading)
        else:
            self._check_fixed(reading)

    def _check_fixed(self, reading: _Reading) -> None:
        """What is read of a name whose properties are always the same."""
        known, first = _PROPERTIES.get(reading.read.name), reading.key(0)
        if known and first and first.key is not None and first.key not in known:
            near = did_you_mean(first.key, known) or f"it has {', '.join(known)}"
            self._tell(reading, "unknown-property", f"{reading.read.name} has no {first.key!r}", near, first)

    def _step(self, reading: _Reading, step: str, before: int, *, can_run: bool = True) -> None:
        """A step's output: ``before`` accesses lead to it."""
        sight = reading.sight
        if step in sight.steps:  # within a loop also the step itself, as it was the time before
            doubt = sight.doubt(step)
            self._check_doubt(reading, doubt, before, f"{step} may have no output: {doubt.reason}")
        elif step in sight.within:
            hint = "a step's output is there when it has completed; read what it is made of"
            self._tell(reading, "self-reference", f"{step} reads its own output, which is not there yet", hint)
        elif step in sight.apart:
            hint = f"read it behind the step that holds both, or run {step} before that"
            self._tell(reading, "unreachable-output", f"{step} cannot be read here: {sight.apart[step]}", hint)
        else:
            hint = (
                f"move the step {step} before this, or read an earlier one"
                if can_run
                else "this is read before any step runs"
            )
            self._tell(reading, "later-step", f"{step} has not run yet here", hint)

    def _check_doubt(self, reading: _Reading, doubt: Doubt, before: int, message: str) -> None:
        accesses = reading.read.accesses
        if not doubt.reason or len(accesses) <= before or accesses[before].guarded:
            return
        access = accesses[before]
        owner, rest = reading.split(access)
        what, link = ("an item", "?.") if rest.startswith("[") else (f".{access.key}", "?")
        hint = f"write {owner}{link}{rest}, or ask for {owner} in the step's condition"
        self._tell(reading, "unguarded-step", f"{message}, and reading {what} of nothing fails", hint, access)

    def _input(self, reading: _Reading) -> None:
        schema: Any = self._schema
        walked = "input"
        for access in reading.read.accesses:
            schema = _followed(schema, self._schema)
            declared = schema.get("properties") if isinstance(schema, dict) else None
            if not isinstance(declared, dict) or access.key is None or access.called:
                return
            if access.key not in declared:
                if "additionalProperties" in schema and schema["additionalProperties"] is not False:
                    return
                near = did_you_mean(access.key, declared) or f"declared are {', '.join(declared) or 'none'}"
                self._tell(
                    reading, "undeclared-property", f"{walked} declares no {access.key!r}", near, access, warns=True
                )
                return
            schema = declared[access.key]
            walked += f".{access.key}"

    def _unknown(self, reading: _Reading, names: frozenset[str]) -> None:
        name = reading.read.name
        declared = self._schema.get("properties", {}) if self._schema else {}
        there = [*sorted(names), *reading.sight.names, *reading.sight.steps]
        if name in SCOPE_NAMES:
            hint = _ELSEWHERE.get(name) or f"there is {_listed(there)}"
            self._tell(reading, "unknown-name", f"there is no {name} here", hint)
        elif name in declared and "input" in names:
            self._tell(reading, "unknown-name", f"there is no {name!r} here", f"did you mean input.{name}?")
        else:
            hint = did_you_mean(name, {*there, *self._ids}) or f"there is {_listed(there)}"
            self._tell(reading, "unknown-name", f"there is no step and no name {name!r}", hint)

    def _tell(
        self, reading: _Reading, code: str, message: str, hint: str | None = None, access: Access | None = None, *,
        warns: bool = False,
    ) -> None:  # fmt: skip
        tell = self._problems.warning if warns else self._problems.error
        tell(code, reading.path, message, hint, offset=access.position if access else reading.read.position)


class _Reading:
    """One read, and where it stands."""

    def __init__(self, read: Read, expression: Expression, path: Path, sight: Sight) -> None:
        self.read = read
        self.path = path
        self.sight = sight
        self._text = expression.text

    def key(self, index: int) -> Access | None:
        """The access of that number; None where there is none."""
        return self.read.accesses[index] if index < len(self.read.accesses) else None

    def split(self, access: Access) -> tuple[str, str]:
        """The text of what an access reads from, and the access with what follows it."""
        before = self._text[self.read.position : access.position].rstrip()
        return before[:-1].rstrip(), before[-1:] + self._text[access.position : self.read.end]


def _followed(schema: Any, root: Any) -> Any:
    """The schema behind its references; a circle ends at the schema itself."""
    for _ in range(20):
        if not isinstance(schema, dict) or "$ref" not in schema or "properties" in schema:
            break
        schema = resolve(schema["$ref"], root)
    return schema


def _listed(names: Iterable[str]) -> str:
    several = list(names)
    return ", ".join(several[:_LISTED]) + (" and more" if len(several) > _LISTED else "")
