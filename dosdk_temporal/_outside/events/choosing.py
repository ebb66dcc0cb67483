"""Outside: which of an event's subscribers it starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json

from dosdk_temporal._outside.events.subscriptions import Subscription
from dosdk_temporal._pure.expressions.conversions import is_true
from dosdk_temporal._pure.expressions.program import compile_text
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._wire.events import EventBody
from dosdk_temporal.errors import DoError, InputError

__all__ = ["Choice", "choose"]


@dataclass
class Choice:
    """What an event means to its subscribers.

    Attributes:
        taken: those that it starts.
        refused: why it does not start the others, by workflow; whom the filter leaves out is in neither.
    """

    taken: list[Subscription] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def check(self, event: EventBody) -> None:
        """Refuse an event that has subscribers and fits none.

        Raises:
            InputError: naming each of them, with its reason.
        """
        if self.refused and not self.taken:
            reasons = "; ".join(f"workflow {workflow!r}: {reason}" for workflow, reason in self.refused.items())
            raise InputError(f"event {event.name!r} fits none of the workflows that it starts: {reasons}")


def choose(registry: Registry, subscribed: Iterable[Subscription], event: EventBody) -> Choice:
    """Ask each subscriber's filter, and its ``input=`` where this worker knows the workflow."""
    choice = Choice()
    for subscription in subscribed:
        try:
            if _is_meant(subscription, event):
                _check_fits(registry, subscription, event.payload)
                choice.taken.append(subscription)
        except DoError as error:
            choice.refused[subscription.workflow] = str(error)
    return choice


def _is_meant(subscription: Subscription, event: EventBody) -> bool:
    if subscription.filter is None:
        return True
    scope = {"event": {"payload": event.payload, "name": event.name, "id": event.id}}
    return is_true(compile_text(subscription.filter).evaluate(scope))


def _check_fits(registry: Registry, subscription: Subscription, payload: Any) -> None:
    definition = registry.workflows.find(subscription.workflow, subscription.version)
    if definition is not None:
        definition.payload(to_json(payload))
