"""Pure: the kinds of steps, and what stands beside each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.records import Either, Field, Record
from dosdk_temporal._pure.declarative.retry_shape import RETRY
from dosdk_temporal._pure.declarative.schema_shape import SCHEMA
from dosdk_temporal._pure.declarative.shapes import (
    ANYTHING,
    FLAG,
    TEXT,
    Checked,
    ListOf,
    MapOf,
    Number,
    Shape,
    Text,
    Word,
    wrong_type,
)
from dosdk_temporal._pure.declarative.time_shapes import DURATION
from dosdk_temporal._pure.names import check_name, split_version

__all__ = ["ALIASES", "ALTERNATIVE", "COMMON", "CONDITION", "KINDS", "NAME", "STEPS", "Kind"]


def _check_reference(reference: str) -> None:
    check_name(split_version(reference)[0], "function")


class _Condition:
    """An expression, with or without braces; true and false are ones too."""

    def read(self, value: Any, path: Path, problems: Problems) -> str | None:
        """The expression's text."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return value
        wrong_type(value, "a condition", path, problems, "write an expression: '{{ input.plan === \"enterprise\" }}'")
        return None

    def schema(self) -> dict[str, Any]:
        """See the shapes."""
        return {"type": ["string", "boolean"]}


class _Steps:
    """A list of steps; a shape of its own because steps hold steps."""

    def read(self, value: Any, path: Path, problems: Problems) -> list[Any] | None:
        """See the shapes."""
        from dosdk_temporal._pure.declarative.step_reading import read_step  # noqa: PLC0415 - steps hold steps

        if not isinstance(value, list):
            wrong_type(value, "a list of steps", path, problems)
            return None
        if not value:
            problems.error("wrong-value", path, "there are no steps here", "give at least one, or leave the key out")
        return [read_step(item, (*path, index), problems) for index, item in enumerate(value)]

    def schema(self) -> dict[str, Any]:
        """See the shapes."""
        return {"type": "array", "items": {"$ref": "#/$defs/step"}, "minItems": 1}


CONDITION: Final = _Condition()
STEPS: Final = _Steps()
NAME: Final = Checked(_check_reference, "bad-name")
_ID: Final = Text(
    "an identifier: letters, digits and _", r"[^\W\d]\w*", "expressions reach the step by it", r"[^\s\d.-][^\s.-]*"
)
ALTERNATIVE: Final = Either(
    NAME,
    "function",
    Record(
        "this", {"function": Field(NAME, "a function's name", required=True), "input": Field(ANYTHING, "its input")}
    ),
)
_GO_ON: Final = Word({"fail": "the run fails", "continue": "the run goes on"})
_LIMIT: Final = Field(Number(1, whole=True, most=1000), "how many at a time; default: all")


@dataclass(frozen=True)
class Kind:
    """One kind of step.

    Attributes:
        shape: of what stands behind its word.
        description: for editors.
        beside: keys of its own beside the word.
        common: which of the keys in :data:`COMMON` it takes beside those that all take.
    """

    shape: Shape
    description: str
    beside: Mapping[str, Field] = field(default_factory=dict)
    common: frozenset[str] = frozenset()

    def takes(self, key: str) -> Field | None:
        """What may stand under a key beside its word; None for nothing."""
        if key in self.beside:
            return self.beside[key]
        return COMMON[key] if key in _ALL_TAKE or key in self.common else None


COMMON: Final[Mapping[str, Field]] = {
    "id": Field(_ID, "by which expressions reach the step's output; default: camelCase of its name"),
    "name": Field(TEXT, "for people"),
    "description": Field(TEXT, "for people"),
    "condition": Field(CONDITION, "whether the step runs; an expression, with or without braces"),
    "onError": Field(_GO_ON, "what becomes of the run when the step fails; default: fail"),
    "input": Field(ANYTHING, "what it is called with; texts may hold templates: '{{ input.plan }}'"),
    "timeout": Field(DURATION, "of one attempt of a function; of all of it, for other kinds"),
    "retryPolicy": Field(RETRY, "when to try again; default: errorHandling.retryStrategy"),
    "fallback": Field(ALTERNATIVE, "the function that is called when the last attempt has failed"),
    "compensation": Field(ALTERNATIVE, "the function that undoes the step when the run fails"),
}
"""Keys beside a step's kind."""

ALIASES: Final = {"action": "function", "params": "input", "branches": "parallel"}

_ALL_TAKE: Final = frozenset({"id", "name", "description", "condition"})
_BLOCK: Final = frozenset({"onError", "timeout"})
_CASE: Final = Record(
    "a case",
    {
        "condition": Field(CONDITION, "when this case is taken", required=True),
        "steps": Field(STEPS, "what is done then", required=True),
    },
)
_CATCH: Final = Record(
    "a catch",
    {
        "errors": Field(ListOf(TEXT, "a list of types of errors", least=1, lone=True), "which types; default: all"),
        "condition": Field(CONDITION, "only where this holds"),
        "as": Field(_ID, "the name by which its steps reach the error; default: error"),
        "steps": Field(STEPS, "what is done then", required=True),
    },
    elsewhere={"error": "did you mean 'errors'?", "type": "did you mean 'errors'?"},
)
_BESIDE_IT: Final = {"onTimeout": "onTimeout stands beside the step's kind, not within it"}
_EVENT: Final = Record(
    "waitForEvent",
    {
        "event": Field(TEXT, "the event's name", required=True),
        "match": Field(
            MapOf(ANYTHING, "a mapping of payload paths to templates"), "what its payload must hold, by path"
        ),
        "timeout": Field(DURATION, "how long to wait; default: without end"),
    },
    elsewhere=_BESIDE_IT,
)
_APPROVAL: Final = Record(
    "approval",
    {
        "approvers": Field(ListOf(TEXT, "a list of names", least=1, lone=True), "who may decide; default: anybody"),
        "title": Field(TEXT, "what is asked"),
        "details": Field(ANYTHING, "what they need to know"),
        "form": Field(SCHEMA, "what is filled in with the decision"),
        "timeout": Field(DURATION, "how long to wait; default: without end"),
        "remindEvery": Field(DURATION, "how often to remind"),
    },
    elsewhere=_BESIDE_IT,
)
_REPEAT: Final = Record(
    "repeat",
    {
        "steps": Field(STEPS, "what is done again and again", required=True),
        "until": Field(CONDITION, "asked after each time: ends when it holds"),
        "while": Field(CONDITION, "asked before each time: ends when it does not hold"),
        "maxIterations": Field(Number(1, whole=True, most=100_000), "how often at most", required=True),
        "delay": Field(DURATION, "the pause between two times"),
    },
)
_RAISE: Final = Record(
    "raise",
    {
        "type": Field(TEXT, "the error's type; default: WorkflowError"),
        "message": Field(TEXT, "what went wrong", required=True),
        "retryable": Field(FLAG, "whether a caller may try again; default: false"),
    },
)
_UNTIL: Final = Record("wait", {"until": Field(TEXT, "a moment, or a template of one", required=True)})
_ON_TIMEOUT: Final = Field(_GO_ON, "what becomes of the run when time is up; default: fail")

KINDS: Final[Mapping[str, Kind]] = {
    "function": Kind(
        NAME,
        "Calls a function, also called an action, by its name or name@version.",
        common=frozenset({"input", "timeout", "retryPolicy", "fallback", "compensation", "onError"}),
    ),
    "parallel": Kind(
        STEPS,
        "Runs steps at the same time; the output is a mapping by id.",
        {
            "maxConcurrency": _LIMIT,
            "waitForAll": Field(FLAG, "false: the first one that completes wins; default: true"),
        },
        _BLOCK,
    ),
    "forEach": Kind(
        Text("a template of a list", r"[\s\S]*\{\{[\s\S]*", "write forEach: '{{ input.items }}'"),
        "Runs steps for each item of a list; the output is a list of the last steps' outputs.",
        {
            "as": Field(_ID, "the name of the item; default: item"),
            "indexAs": Field(_ID, "the name of its index; default: index"),
            "maxConcurrency": _LIMIT,
            "steps": Field(STEPS, "what is done for each", required=True),
        },
        _BLOCK,
    ),
    "switch": Kind(
        ListOf(_CASE, "a list of cases", least=1),
        "Runs the steps of the first case whose condition holds.",
        {"default": Field(STEPS, "what is done where no case is taken")},
        frozenset({"onError"}),
    ),
    "wait": Kind(Either(DURATION, "for", _UNTIL), "Waits, durably.", common=frozenset({"onError"})),
    "waitForEvent": Kind(_EVENT, "Waits for an event.", {"onTimeout": _ON_TIMEOUT}, frozenset({"onError"})),
    "approval": Kind(
        _APPROVAL, "Waits for a decision of a person.", {"onTimeout": _ON_TIMEOUT}, frozenset({"onError"})
    ),
    "workflow": Kind(
        NAME,
        "Runs another workflow, by its name or name@version.",
        {"detached": Field(FLAG, "true: goes on at once, with the child's id for output; default: false")},
        frozenset({"input", "timeout", "onError", "compensation", "fallback"}),
    ),
    "set": Kind(MapOf(ANYTHING, "a mapping of names to templates"), "Computes values.", common=frozenset({"onError"})),
    "try": Kind(
        STEPS,
        "Runs steps, and others where they fail.",
        {
            "catch": Field(ListOf(_CATCH, "a list of catches", least=1), "what is done when they fail"),
            "finally": Field(STEPS, "what is done in the end in any case"),
        },
        _BLOCK,
    ),
    "repeat": Kind(_REPEAT, "Runs steps again and again, so often at most.", common=_BLOCK),
    "raise": Kind(_RAISE, "Fails the run, or goes to the catch around it."),
    "return": Kind(ANYTHING, "Ends the workflow with this as its output."),
}
"""By the word that makes a step one of them; exactly one stands in each step."""
