"""Pure: a checked definition, as its readers want it: the interpreter, the catalog, pictures.

``Definition.of`` makes it of the one form that ``loading`` writes, and that travels in a run's input: without checks, so that a
run that began under one version of the SDK goes on under the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from dosdk_temporal._pure.declarative.canonical import canonical_json, digest, travelling
from dosdk_temporal._pure.declarative.kinds import Call
from dosdk_temporal._pure.declarative.parts import Metric, Trigger, retry_of
from dosdk_temporal._pure.declarative.steps import Step, steps_of
from dosdk_temporal._pure.durations import parse_duration
from dosdk_temporal._pure.retry import Retry
from dosdk_temporal._pure.schemas.schema import Schema

__all__ = ["Definition"]


@dataclass(frozen=True)
class Definition:
    """A declarative workflow or service.

    Attributes:
        form: the definition in its one form: plain JSON, not to be changed.
        name: by which it is started.
        version: numbers and dots.
        is_service: whether it is a service, whose result is a mapping of ids to outputs unless it says more.
        description: for people.
        input: its schema; None where any input will do.
        output_schema: what its output has to fit; None for anything.
        output: templates that make its output; None where other rules make it.
        result: likewise, and stronger; None where it says none.
        steps: in their order.
        retry: of its steps, where they say nothing; None for the SDK's default.
        compensates: whether completed steps are undone when the run fails.
        on_failure: steps for when the run fails.
        finally_steps: steps for the end in any case.
        metrics: declared figures.
        labels: for people and searches.
        trigger: what starts it besides calls; None for nothing.
        vars: templates computed once, at the start.
        timeout: of the whole run; None for no limit.
        notifications: recipients by moment.
        tests: its cases, as they are written.
    """

    form: Mapping[str, Any]
    name: str
    version: str
    is_service: bool
    description: str
    input: Schema | None
    output_schema: Schema | None
    output: Mapping[str, Any] | None
    result: Any
    steps: tuple[Step, ...]
    retry: Retry | None
    compensates: bool
    on_failure: tuple[Step, ...]
    finally_steps: tuple[Step, ...]
    metrics: tuple[Metric, ...]
    labels: Mapping[str, str]
    trigger: Trigger | None
    vars: Mapping[str, Any]
    timeout: timedelta | None
    notifications: Mapping[str, tuple[str, ...]]
    tests: tuple[Mapping[str, Any], ...] = field(repr=False)

    @classmethod
    def of(cls, form: Mapping[str, Any]) -> Definition:
        """The definition of its one form; what is missing in it is taken as not said."""
        errors = form.get("errorHandling") or {}
        output = form.get("output") or {}
        fallbacks = {step: Call.of(call) for step, call in (errors.get("fallbackSteps") or {}).items() if call}
        return cls(
            form=form,
            name=form.get("name") or "",
            version=form.get("version") or "1",
            is_service=bool(form.get("service")),
            description=form.get("description") or "",
            input=_schema(form.get("input")),
            output_schema=_schema(output.get("schema")),
            output=output.get("templates"),
            result=form.get("result"),
            steps=steps_of(form.get("steps"), ("steps",), fallbacks),
            retry=retry_of(errors.get("retryStrategy")),
            compensates=errors.get("strategy") == "compensate",
            on_failure=steps_of(errors.get("onFailure"), ("errorHandling", "onFailure"), fallbacks),
            finally_steps=steps_of(errors.get("finally"), ("errorHandling", "finally"), fallbacks),
            metrics=tuple(Metric.of(metric or {}) for metric in form.get("metrics") or ()),
            labels=form.get("labels") or {},
            trigger=Trigger.of(form.get("trigger")),
            vars=form.get("vars") or {},
            timeout=parse_duration(form["timeout"]) if form.get("timeout") else None,
            notifications={key: tuple(who) for key, who in (form.get("notifications") or {}).items() if who},
            tests=tuple(form.get("tests") or ()),
        )

    @cached_property
    def text(self) -> str:
        """The canonical JSON that travels: the same for the same definition, however it was written."""
        return canonical_json(travelling(self.form))

    @cached_property
    def hash(self) -> str:
        """The digest of :attr:`text`."""
        return digest(self.text)


def _schema(json: Mapping[str, Any] | None) -> Schema | None:
    return None if json is None else Schema(json)
