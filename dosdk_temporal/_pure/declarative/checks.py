"""Pure: all checks of a definition that has been read."""

from __future__ import annotations

from dosdk_temporal._pure.declarative.flow import check_flow
from dosdk_temporal._pure.declarative.known_names import check_names
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.step_shapes import KINDS
from dosdk_temporal._pure.declarative.tree import all_steps, kind_word
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.similar import did_you_mean

__all__ = ["check_definition"]


def check_definition(
    definition: Definition, registry: Registry | None, workflows: frozenset[str], problems: Problems
) -> None:
    """Tell what is wrong with it beyond the shape of its parts.

    Args:
        definition: as it was read.
        registry: whose functions and workflows it may call; None where none are known yet.
        workflows: names of workflows that it may call besides.
        problems: is told every fault.
    """
    _check_fallbacks(definition, problems)
    _check_metrics(definition, problems)
    check_flow(definition, problems)
    check_names(definition, registry, workflows | {definition.name}, problems)


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
