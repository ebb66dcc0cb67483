"""Pure: a whole definition: its keys, and what each holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dosdk_temporal._pure.cron import parse_cron
from dosdk_temporal._pure.declarative.case_shape import CASE
from dosdk_temporal._pure.declarative.document import Document
from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.records import Field, Record
from dosdk_temporal._pure.declarative.retry_shape import RETRY
from dosdk_temporal._pure.declarative.schema_shape import SCHEMA, OutputShape
from dosdk_temporal._pure.declarative.shapes import ANYTHING, TEXT, Checked, ListOf, MapOf, Word, wrong_type
from dosdk_temporal._pure.declarative.step_reading import step_schema
from dosdk_temporal._pure.declarative.step_shapes import ALTERNATIVE, CONDITION, STEPS
from dosdk_temporal._pure.declarative.time_shapes import DURATION
from dosdk_temporal._pure.names import check_name, check_version
from dosdk_temporal._pure.notifications import MOMENTS
from dosdk_temporal._pure.timezones import check_timezone
from dosdk_temporal.errors import DefinitionError

__all__ = ["WORKFLOW", "published_schema", "read_workflow"]


class _Version:
    """Numbers and dots, as text or as a number."""

    def read(self, value: Any, path: Path, problems: Problems) -> str | None:
        """The version as text."""
        try:
            return check_version(value)
        except DefinitionError:
            wrong_type(value, "a version", path, problems, "write numbers and dots: 1 or '2.1'")
            return None

    def schema(self) -> dict[str, Any]:
        """See the shapes."""
        return {
            "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^[0-9]{1,18}(\.[0-9]{1,18})*$"}]
        }


class _Dsl:
    """The version of this language."""

    def read(self, value: Any, path: Path, problems: Problems) -> str | None:
        """Always ``1``."""
        if value in ("1", 1) and not isinstance(value, bool):
            return "1"
        wrong_type(value, "a version of this language: there is '1'", path, problems)
        return None

    def schema(self) -> dict[str, Any]:
        """See the shapes."""
        return {"enum": ["1", 1]}


class _Label:
    """A text, number or boolean, kept as text."""

    def read(self, value: Any, path: Path, problems: Problems) -> str | None:
        """The label as text."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | float):
            return str(value)
        wrong_type(value, "text", path, problems)
        return None

    def schema(self) -> dict[str, Any]:
        """See the shapes."""
        return {"type": ["string", "number", "boolean"]}


_ERRORS: Final = Record(
    "errorHandling",
    {
        "retryStrategy": Field(RETRY, "when steps are tried again"),
        "fallbackSteps": Field(
            MapOf(ALTERNATIVE, "a mapping of steps' ids to functions"), "functions by the id of the step that they stand in for"
        ),
        "strategy": Field(Word({"compensate": "completed steps are undone in reverse order"}), "what is done when the run fails"),
        "onFailure": Field(STEPS, "what is done when the run fails"),
        "finally": Field(STEPS, "what is done in the end in any case"),
    },
    elsewhere={"retryPolicy": "did you mean 'retryStrategy'?", "retry": "did you mean 'retryStrategy'?",
               "fallback": "did you mean 'fallbackSteps'?"},
)  # fmt: skip
_TRIGGER: Final = Record(
    "a trigger",
    {
        "event": Field(TEXT, "the name of the event that starts it"),
        "schedule": Field(Checked(parse_cron, "bad-cron"), "a cron expression: '0 9 * * mon'"),
        "timezone": Field(Checked(check_timezone, "bad-timezone"), "of the schedule; default: UTC"),
        "filter": Field(CONDITION, "only events for which this holds"),
    },
    elsewhere={"cron": "did you mean 'schedule'?", "cronExpression": "did you mean 'schedule'?"},
)
_METRIC: Final = Record(
    "a metric",
    {
        "name": Field(TEXT, "by which it is recorded and shown", required=True),
        "description": Field(TEXT, "for people"),
        "value": Field(ANYTHING, "a template, computed at the end"),
    },
)
_RECIPIENTS: Final = ListOf(TEXT, "a list of recipients", lone=True)

WORKFLOW: Final = Record(
    "a definition",
    {
        "name": Field(Checked(lambda text: check_name(text, "workflow"), "bad-name"), "by which it is started", required=True),
        "description": Field(TEXT, "for people"),
        "dsl": Field(_Dsl(), "the version of this language"),
        "version": Field(_Version(), "of this definition; default: 1"),
        "labels": Field(MapOf(_Label(), "a mapping of names to texts"), "for people and searches"),
        "trigger": Field(_TRIGGER, "what starts it, besides calls"),
        "input": Field(SCHEMA, "what it is started with"),
        "output": Field(OutputShape(), "a schema of its output, or a mapping of templates that make it"),
        "vars": Field(MapOf(ANYTHING, "a mapping of names to values"), "values computed once, at the start"),
        "steps": Field(STEPS, "what it does, in this order", required=True),
        "result": Field(ANYTHING, "templates that make its output"),
        "errorHandling": Field(_ERRORS, "what is done when something fails"),
        "timeout": Field(DURATION, "of the whole run"),
        "metrics": Field(ListOf(_METRIC, "a list of metrics"), "business figures that it tells"),
        "notifications": Field(
            Record("notifications", {moment: Field(_RECIPIENTS, "who is told") for moment in MOMENTS}), "who is told of what"
        ),
        "tests": Field(ListOf(CASE, "a list of tests"), "cases that are run without a server"),
    },
    elsewhere={"on": "did you mean 'trigger'?", "schedule": "a schedule stands in trigger: {schedule: '0 9 * * mon'}",
               "retryStrategy": "it stands in errorHandling", "retryPolicy": "errorHandling.retryStrategy is for all steps",
               "fallbackSteps": "it stands in errorHandling", "onFailure": "it stands in errorHandling or notifications",
               "finally": "it stands in errorHandling", "outputs": "did you mean 'output'?", "inputs": "did you mean 'input'?",
               "id": "did you mean 'name'?", "handler": "a definition has steps; a workflow with a handler is written in Python"},
)  # fmt: skip


def read_workflow(document: Document, problems: Problems, name: str | None = None) -> dict[str, Any]:
    """The definition with its own words alone; what does not fit is told and left out.

    Args:
        document: what was written.
        problems: is told every fault.
        name: for a definition that has none.
    """
    value = document.value
    if name is not None and isinstance(value, dict):
        value = {"name": name, **value}
    if isinstance(value, list):
        hint = "a definition is a mapping with 'name:' and 'steps:'"
        problems.error("wrong-type", (), "this is a list, not a definition", hint)
        return {}
    read = WORKFLOW.read(value, (), problems)
    if read is None:
        return {}
    written = document.numbers.get(("version",))
    if written and read.get("version") not in {written, None}:
        problems.error("bad-version", ("version",), f"the version {written} is read as the number {read['version']}",
                       f"write it in quotes: '{written}'")  # fmt: skip
    _check_trigger(read.get("trigger"), problems)
    return {"version": "1", **read}


def _check_trigger(trigger: Mapping[str, Any] | None, problems: Problems) -> None:
    if trigger is None:
        return
    kinds = [kind for kind in ("event", "schedule") if kind in trigger]
    if len(kinds) != 1:
        message = "a trigger names an event or a schedule" if kinds else "a trigger needs an event or a schedule"
        hint = "write {event: user.created} or {schedule: '0 9 * * mon'}; calls start every workflow"
        problems.error("kind-several" if kinds else "kind-missing", ("trigger",), message, hint)
    for key, owner in (("filter", "event"), ("timezone", "schedule")):
        if key in trigger and kinds and owner not in kinds:
            message, hint = f"{key!r} belongs to a trigger with {owner!r}", f"remove it, or write {owner!r} beside it"
            problems.error("misplaced-key", ("trigger", key), message, hint, on_key=True)


def published_schema() -> dict[str, Any]:
    """The JSON Schema of definitions, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A declarative workflow or service",
        **WORKFLOW.schema(),
        "$defs": {"step": step_schema()},
    }
