"""Pure: what a run gives: its output, checked, and its figures."""

from __future__ import annotations

from typing import Any

from dosdk_temporal._pure.interpreter.scope import Scope
from dosdk_temporal._pure.interpreter.walking import Walker
from dosdk_temporal.errors import OutputError

__all__ = ["checked_output", "output_of", "record_metrics"]


def output_of(walker: Walker, scope: Scope, last: Any) -> Any:
    """The output of a run that came to its end: of its ``result``, else its ``output``, else of its steps.

    Args:
        walker: of the run.
        scope: at its end.
        last: the last executed step's output.
    """
    definition = walker.definition
    if definition.result is not None:
        return walker.render(definition.result, scope, None, "result")
    if definition.output is not None:
        return walker.render(dict(definition.output), scope, None, "output")
    if definition.output_schema is not None:
        return _by_name(definition.output_schema.json, scope, last)
    if definition.is_service:
        return {step.id: scope.outputs[step.id] for step in definition.steps if step.id in scope.outputs}
    return last


def checked_output(walker: Walker, output: Any) -> Any:
    """The output with its schema's defaults.

    Raises:
        OutputError: when it does not fit.
    """
    definition = walker.definition
    if definition.output_schema is None:
        return output
    what = f"the output of {'service' if definition.is_service else 'workflow'} {definition.name!r}"
    return definition.output_schema.check(output, what, OutputError)


def record_metrics(walker: Walker, scope: Scope) -> None:
    """Compute the declared figures that are templates."""
    values = {
        metric.name: walker.render(metric.value, scope, None, f"metrics[{index}].value")
        for index, metric in enumerate(walker.definition.metrics)
        if metric.value is not None
    }
    if values:
        walker.effects.record_metrics(values)


def _by_name(schema: Any, scope: Scope, last: Any) -> Any:
    """The schema's properties from the outputs that have them, the latest first; the last output where it names none."""
    names = schema.get("properties")
    if not names:
        return last
    found: dict[str, Any] = {}
    for step in reversed(scope.order):
        output = scope.outputs[step]
        if isinstance(output, dict):
            found.update({name: output[name] for name in names if name in output and name not in found})
    return found
