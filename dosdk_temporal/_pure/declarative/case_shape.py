"""Pure: a definition's own tests: each an input, what the run meets, and what is to come of it."""

from __future__ import annotations

from typing import Final

from dosdk_temporal._pure.declarative.records import Either, Field, Record
from dosdk_temporal._pure.declarative.shapes import ANYTHING, TEXT, ListOf, MapOf
from dosdk_temporal._pure.declarative.time_shapes import DURATION

__all__ = ["CASE"]

_STEP_IDS: Final = ListOf(TEXT, "a list of steps' ids")

_ANSWERS: Final = MapOf(ANYTHING, "a mapping of names to answers")
_EVENTS: Final = MapOf(ListOf(ANYTHING, "a list of payloads"), "a mapping of events to lists of payloads")
_FIXTURES: Final = Record(
    "fixtures",
    {
        "functions": Field(
            _ANSWERS, "by name, each {returns: value}, {raises: {type, message}}, or a list of such answers in turn"
        ),
        "workflows": Field(_ANSWERS, "likewise"),
        "events": Field(_EVENTS, "payloads in the order in which they are waited for"),
        "approvals": Field(
            MapOf(ANYTHING, "a mapping of steps' ids to decisions"),
            "each {approved, by, comment, form}; one that is missing never comes",
        ),
    },
)
_ERROR: Final = Record(
    "an expected error",
    {
        "type": Field(TEXT, "the error's class"),
        "message": Field(TEXT, "a part of its message"),
        "step": Field(TEXT, "the id of the step that failed"),
    },
)
_CALL: Final = Record(
    "an expected call",
    {
        "function": Field(TEXT, "what is called: a function or a workflow", required=True),
        "step": Field(TEXT, "the id of the step that calls it"),
        "input": Field(ANYTHING, "what it is called with"),
    },
)
_CALLS: Final = ListOf(Either(TEXT, "function", _CALL), "a list of calls")
_EXPECTED: Final = Record(
    "what a test expects",
    {
        "output": Field(ANYTHING, "all of the output"),
        "error": Field(Either(TEXT, "message", _ERROR), "what the run fails with; without it the run has to complete"),
        "calls": Field(_CALLS, "every call, in the order in which they begin"),
        "skipped": Field(_STEP_IDS, "every step that is skipped, in their order"),
        "fallbacks": Field(_STEP_IDS, "every step whose fallback stands in, in their order"),
        "undone": Field(_STEP_IDS, "every step that is undone, in their order"),
        "metrics": Field(MapOf(ANYTHING, "a mapping of names to values"), "figures by name; others may be there"),
        "took": Field(DURATION, "how much of the run's time passes: '14d'"),
    },
    elsewhere={"result": "did you mean 'output'?", "status": "without 'error' the run has to complete"},
)

CASE: Final = Record(
    "a test",
    {
        "name": Field(TEXT, "what it claims, in a few words", required=True),
        "like": Field(
            TEXT, "the name of a test before this one, whose input and fixtures it has, but for what it says itself"
        ),
        "input": Field(ANYTHING, "what the run is started with"),
        "fixtures": Field(_FIXTURES, "what the run meets, as for 'dosdk simulate --fixtures'"),
        "expect": Field(_EXPECTED, "what is to come of it; without it the run has to complete"),
    },
    elsewhere=dict.fromkeys(_FIXTURES.fields, "it stands in fixtures")
    | dict.fromkeys(_EXPECTED.fields, "it stands in expect"),
)
