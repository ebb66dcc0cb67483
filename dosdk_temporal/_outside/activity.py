"""Outside: every action of a registry, as one dynamic activity.

Dynamic, so that what is registered after the worker's start is served too, and an unknown name can be answered.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from temporalio import activity
from temporalio.common import RawValue

from dosdk_temporal._outside.attempt import Attempt
from dosdk_temporal._outside.effect_keys import with_effect_key
from dosdk_temporal._outside.handing_over import hand_over
from dosdk_temporal._outside.handlers import HandlerThreads
from dosdk_temporal._outside.own_activity import OwnActivity
from dosdk_temporal._outside.record import Record
from dosdk_temporal._outside.secrets import RESOLVER, Resolver
from dosdk_temporal._outside.transactions.worker_transactions import WorkerTransactions
from dosdk_temporal._outside.turns import Turns
from dosdk_temporal._pure.compensation import COMPENSATING, serving
from dosdk_temporal._pure.definitions import ActionDefinition, needs_a_run
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.options import Options, merge
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.secret_values import send_from_here
from dosdk_temporal._pure.versions import advice
from dosdk_temporal._wire.failures import ActionFailure, failure_of
from dosdk_temporal._wire.payloads import call_of
from dosdk_temporal.errors import DoError, NotFoundError

__all__ = ["action_activity"]

_LOOK_AGAIN: Final = timedelta(milliseconds=500)
"""Until the next delivery of an action that this worker does not know."""


def action_activity(
    registry: Registry,
    threads: HandlerThreads,
    turns: Turns,
    transactions: WorkerTransactions,
    *,
    unknown_grace: timedelta,
    own: Mapping[str, OwnActivity],
    lent: Mapping[tuple[str, str], ActionDefinition],
    secrets: Resolver | None = None,
    encrypts: Callable[[], bool] = lambda: False,
) -> Callable[[Sequence[RawValue]], Awaitable[RawValue]]:
    """The activity that serves every action of the registry.

    Args:
        registry: whose actions.
        threads: where handlers run.
        turns: of actions of which only so many run at once.
        transactions: of those that take one.
        unknown_grace: how long an unknown name is left to other workers, as in a rolling deploy.
        own: the SDK's own activities, by their wire names.
        lent: what runs of this worker lend it, by run and step.
        secrets: gives the values of secrets; None for the environment.
        encrypts: whether payloads are encrypted.
    """

    @activity.defn(dynamic=True)
    async def run(args: Sequence[RawValue]) -> RawValue:
        info = activity.info()
        record = Record.of(info)
        RESOLVER.set(secrets)  # an activity is a task, with a context of its own
        send_from_here(encrypts)
        try:
            data, facts = call_of(args)
        except DoError as error:
            raise failure_of(error, action=info.activity_type, attempts=1) from None
        if info.activity_type in own:
            return await own[info.activity_type](data)
        definition = lent.get((info.workflow_run_id or "", info.activity_id))
        definition = definition or serving(registry, info.activity_type, facts)
        if definition is None:
            raise _unknown(registry, record, facts, unknown_grace)
        if info.workflow_id is None and needs_a_run(definition, Options.from_wire(facts.options)):
            return await hand_over(data, facts)
        facts = await with_effect_key(facts, definition, record)
        attempt = Attempt(definition, facts, record, threads, transactions)
        async with turns.turn(definition, record, attempt.total_timeout):
            return await attempt.run(data)

    return run


def _unknown(registry: Registry, record: Record, facts: CallFacts, grace: timedelta) -> ActionFailure:
    info = activity.info()
    name = (facts.kind == COMPENSATING and facts.compensate) or info.activity_type
    waited = record.unknown_for()
    record.uncounted += 1
    version = f" in version {facts.version}" if facts.version else ""
    told = advice(registry.actions, name, "define it in a module that the worker loads")
    queue = f"no worker of task queue {info.task_queue!r}"
    error = NotFoundError(f"{queue} has an action named {name!r}{version}: {told}", action=name)
    if waited + _LOOK_AGAIN >= grace:
        options = merge(Options.from_wire(facts.workflow_options), Options.from_wire(facts.options))
        return failure_of(error, hold=options.retry.holds)
    record.beat()
    return failure_of(error, retry_after=_LOOK_AGAIN)
