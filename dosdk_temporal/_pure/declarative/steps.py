"""Pure: the steps of a definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dosdk_temporal._pure.declarative.kinds import (
    Approval,
    Call,
    Case,
    Catch,
    ChildWorkflow,
    ForEach,
    FunctionCall,
    GoOn,
    Kind,
    Parallel,
    Raise,
    Repeat,
    Return,
    SetValues,
    Switch,
    Try,
    Wait,
    WaitForEvent,
)
from dosdk_temporal._pure.declarative.parts import retry_of
from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.tree import kind_word
from dosdk_temporal._pure.durations import parse_duration
from dosdk_temporal._pure.retry import Retry
from dosdk_temporal._pure.schemas.schema import Schema

__all__ = ["Step", "steps_of"]


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        id: by which expressions reach its output.
        path: where it stands in the definition's one form.
        kind: what it does; None only where a faulty definition says nothing.
        name: for people.
        description: for people.
        condition: an expression, with or without braces; None for always.
        input: templates; None where it says none.
        timeout: of one attempt of a function, of all of another kind; None for the default.
        retry: None for the workflow's.
        fallback: its own, or the one that errorHandling names for it.
        on_error: what becomes of the run when it fails.
        compensation: what undoes it.
    """

    id: str
    path: Path
    kind: Kind | None
    name: str = ""
    description: str = ""
    condition: str | None = None
    input: Any = None
    timeout: timedelta | None = None
    retry: Retry | None = None
    fallback: Call | None = None
    on_error: GoOn = "fail"
    compensation: Call | None = None


def steps_of(forms: list[Any] | None, path: Path, fallbacks: Mapping[str, Call | None]) -> tuple[Step, ...]:
    """The steps of their one form.

    Args:
        forms: the list.
        path: where it stands.
        fallbacks: of errorHandling, by step.
    """
    return tuple(_step(form, (*path, index), fallbacks) for index, form in enumerate(forms or ()))


def _step(form: Mapping[str, Any], path: Path, fallbacks: Mapping[str, Call | None]) -> Step:
    name = form.get("id") or ""
    return Step(
        id=name,
        path=path,
        kind=_kind(form, path, fallbacks),
        name=form.get("name") or "",
        description=form.get("description") or "",
        condition=form.get("condition"),
        input=form.get("input"),
        timeout=_length(form.get("timeout")),
        retry=retry_of(form.get("retryPolicy")),
        fallback=Call.of(form.get("fallback")) or fallbacks.get(name),
        on_error=form.get("onError") or "fail",
        compensation=Call.of(form.get("compensation")),
    )


def _kind(form: Mapping[str, Any], path: Path, fallbacks: Mapping[str, Call | None]) -> Kind | None:
    word = kind_word(form)
    if word is None or (form[word] is None and word != "return"):
        return None
    made: Kind = _MAKERS[word](form, lambda steps, *keys: steps_of(steps, (*path, *keys), fallbacks))
    return made


def _length(text: str | None) -> timedelta | None:
    return parse_duration(text) if text else None


def _mappings(forms: list[Any] | None) -> list[Any]:
    """The mappings of a list, an empty one in the place of each that a faulty definition has not."""
    return [form or {} for form in forms or ()]


def _parallel(form: Any, below: Any) -> Kind:
    return Parallel(
        below(form["parallel"], "parallel"), form.get("maxConcurrency"), form.get("waitForAll") is not False
    )


def _for_each(form: Any, below: Any) -> Kind:
    names = form.get("as") or "item", form.get("indexAs") or "index"
    return ForEach(form["forEach"], *names, form.get("maxConcurrency"), below(form.get("steps"), "steps"))


def _switch(form: Any, below: Any) -> Kind:
    cases = tuple(
        Case(case.get("condition") or "", below(case.get("steps"), "switch", index, "steps"))
        for index, case in enumerate(_mappings(form["switch"]))
    )
    return Switch(cases, below(form.get("default"), "default"))


def _wait(form: Any, below: Any) -> Kind:
    del below
    return Wait(_length(form["wait"].get("for")), form["wait"].get("until"))


def _wait_for_event(form: Any, below: Any) -> Kind:
    del below
    wait = form["waitForEvent"]
    timeout = _length(wait.get("timeout"))
    return WaitForEvent(wait.get("event") or "", wait.get("match") or {}, timeout, form.get("onTimeout") or "fail")


def _approval(form: Any, below: Any) -> Kind:
    del below
    asked = form["approval"]
    return Approval(
        approvers=tuple(asked.get("approvers") or ()),
        title=asked.get("title"),
        details=asked.get("details"),
        form=Schema(asked["form"]) if asked.get("form") is not None else None,
        timeout=_length(asked.get("timeout")),
        remind_every=_length(asked.get("remindEvery")),
        on_timeout=form.get("onTimeout") or "fail",
    )


def _try(form: Any, below: Any) -> Kind:
    catches = tuple(
        Catch(
            tuple(catch.get("errors") or ()),
            catch.get("condition"),
            catch.get("as") or "error",
            below(catch.get("steps"), "catch", index, "steps"),
        )
        for index, catch in enumerate(_mappings(form.get("catch")))
    )
    return Try(below(form["try"], "try"), catches, below(form.get("finally"), "finally"))


def _repeat(form: Any, below: Any) -> Kind:
    again = form["repeat"]
    return Repeat(
        steps=below(again.get("steps"), "repeat", "steps"),
        until=again.get("until"),
        while_=again.get("while"),
        max_iterations=again.get("maxIterations") or 1,
        delay=_length(again.get("delay")),
    )


def _raise(form: Any, below: Any) -> Kind:
    del below
    told = form["raise"]
    return Raise(told.get("type") or "WorkflowError", told.get("message") or "", bool(told.get("retryable")))


_MAKERS: Any = {
    "function": lambda form, _: FunctionCall(form["function"]),
    "parallel": _parallel,
    "forEach": _for_each,
    "switch": _switch,
    "wait": _wait,
    "waitForEvent": _wait_for_event,
    "approval": _approval,
    "workflow": lambda form, _: ChildWorkflow(form["workflow"], bool(form.get("detached"))),
    "set": lambda form, _: SetValues(form["set"]),
    "try": _try,
    "repeat": _repeat,
    "raise": _raise,
    "return": lambda form, _: Return(form["return"]),
}
