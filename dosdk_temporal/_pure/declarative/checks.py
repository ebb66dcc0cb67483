"""Pure: all checks of a definition that has been read."""

from __future__ import annotations

from collections.abc import Mapping

from dosdk_temporal._pure.declarative.flow import check_flow
from dosdk_temporal._pure.declarative.given_inputs import check_inputs
from dosdk_temporal._pure.declarative.known_names import check_names
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.step_shapes import KINDS
from dosdk_temporal._pure.declarative.tree import all_steps, kind_word
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.schemas.schema import Schema
from dosdk_temporal._pure.similar import did_you_mean
from dosdk_temporal.errors import InputError

__all__ = ["check_definition"]


def check_definition(
    definition: Definition, registry: Registry | None, workflows: Mapping[str, Schema | None], problems: Problems
) -> None:
    """Tell what is wrong with it beyond the shape of its parts.

    Args:
        definition: as it was read.
        registry: whose functions and workflows it may call; None where none are known yet.
        workflows: what other workflows take that it may call besides, by ``name`` and ``name@version``.
        problems: is told every fault.
    """
    _check_fallbacks(definition, problems)
    _check_metrics(definition, problems)
    _check_scheduled(definition, problems)
    check_flow(definition, problems)
    callable_besides = {**workflows, definition.name: definition.input}
    check_names(definition, registry, frozenset(callable_besides), problems)
    check_inputs(definition.form, registry, callable_besides, problems)


def _check_fallbacks(definition: Definition, problems: Problems) -> None:
    kinds = {step.get("id"): kind_word(step) for _, step in all_steps(definition.form)}
    for step in (definition.form.get("errorHandling") or {}).get("fallbackSteps") or {}:
        path = ("errorHandling", "fallbackSteps", step)
        word = kinds.get(step)
        if step not in kinds:
            hint = did_you_mean(step, [name for name in kinds if name])
            problems.error("unknown-step", path, f"there is no step {step!r} to fall back from", hint, on_key=True)
        elif word and not KINDS[word].takes("fallback"):
            message = f"the step {step!r} is of kind {word!r}, which has no fallback"
            problems.error("misplaced-key", path, message, "try and catch are for every kind", on_key=True)


def _check_metrics(definition: Definition, problems: Problems) -> None:
    names = [metric.name for metric in definition.metrics]
    for index, name in enumerate(names):
        if name and name in names[:index]:
            problems.error(
                "duplicate-id", ("metrics", index, "name"), f"the metric {name!r} is declared twice", "remove one"
            )


def _check_scheduled(definition: Definition, problems: Problems) -> None:
    """A declared schedule starts it without an input."""
    if definition.input is None or definition.trigger is None or definition.trigger.schedule is None:
        return
    try:
        definition.input.check({}, "no input")
    except InputError as error:
        listed = "; ".join(f"{field}: {message}" for field, message in error.problems)
        problems.error(
            "schedule-input",
            ("trigger", "schedule"),
            f"the schedule gives no input, and one is needed ({listed})",
            "give the properties defaults, or use do.workflows.schedule(name, input=...) instead",
        )
