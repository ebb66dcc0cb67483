"""Outside: the transactional actions of one worker: which database each writes, and what of them is to be done once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from temporalio import activity

from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.handlers import HandlerThreads
from dosdk_temporal._outside.transactions.recorded import Asked
from dosdk_temporal._pure.calls import ActionCall
from dosdk_temporal._pure.compensation import COMPENSATING
from dosdk_temporal._pure.databases import database_variable
from dosdk_temporal._pure.definitions import ActionDefinition
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.interpreter.asides import COMPENSATION
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal.errors import DefinitionError, InputError

if TYPE_CHECKING:
    from dosdk_temporal._outside.database.belonging import Belonging
    from dosdk_temporal._outside.transactions.once import Once

__all__ = ["KEPT_FOR", "WorkerTransactions"]

KEPT_FOR: Final = timedelta(days=90)
"""How long what was done is remembered, unless the namespace keeps closed runs for longer."""

_PURGE_EVERY: Final = 100
"""Calls between two looks for what is to be forgotten."""

_CLOSING: Final = 2.0
"""Seconds to close the handlers' connections."""


class WorkerTransactions:
    """The transactional actions of one worker.

    Args:
        registry: whose actions, and whose databases by name.
        database: the SDK's own, which those write that name none.

    Attributes:
        kept_for: how long what was done is remembered.
    """

    def __init__(self, registry: Registry, database: Database) -> None:
        self._registry, self._own = registry, database
        self._databases: dict[str | None, Database] = {}
        self._belonging: Belonging | None = None
        self._calls = 0
        self.kept_for = KEPT_FOR

    def once(self, definition: ActionDefinition, key: str, data: bytes) -> Once | None:
        """The running activity's call of an action, if that takes a transaction.

        Args:
            definition: the action's.
            key: of its effect.
            data: its input.

        Raises:
            DefinitionError: when the database that it names has no address.
            InputError: when the input is not JSON.
        """
        if not definition.signature.takes_tx:
            return None
        from dosdk_temporal._outside.transactions.once import Once  # noqa: PLC0415 - SQLAlchemy, when it is needed

        info = activity.info()
        run = str(info.workflow_run_id or info.activity_run_id)
        asked = Asked(key, _digest(definition, data), run, f"{run} {info.scheduled_time.isoformat()}")
        is_time = self._calls % _PURGE_EVERY == 0
        self._calls += 1
        return Once(
            database=self._database(definition.database),
            namespace=info.namespace,
            asked=asked,
            owner=f"action {definition.name!r}",
            check=self._check_own if definition.database is None else _nothing_to_check,
            kept_for=self.kept_for if is_time else None,
        )

    async def settle_undone(self, facts: CallFacts, key: str) -> None:
        """Before the running activity undoes a step: let no attempt of that step do anything from now on.

        Args:
            facts: of the activity.
            key: of its own effect.
        """
        for once in self._undone(facts, key):
            await once.give_up(all_of_run=True)

    async def close_undone(self, facts: CallFacts, key: str) -> None:
        """After the running activity has undone a step: nothing does it any more; a retry does it anew, under another key.

        Args:
            facts: of the activity.
            key: of its own effect.
        """
        for once in self._undone(facts, key):
            await once.close()

    def _undone(self, facts: CallFacts, key: str) -> Iterator[Once]:
        info = activity.info()
        action = info.activity_type.removesuffix(COMPENSATION)
        undone = self._registry.actions.find(action) if facts.kind == COMPENSATING else None
        if undone is None or facts.undoes is None:
            return
        keys = [facts.undone_key or f"{key.removesuffix(info.activity_id)}{facts.undoes}"]
        execution_id = info.workflow_id or ""
        # Of a run that is one action its id may be the key; a run of today says so, and which key follows an undoing.
        if info.workflow_type == action and execution_id and not keys[0].startswith(execution_id):
            keys.append(execution_id)
        for one in keys:
            once = self.once(undone, one, b"{}")
            if once is not None:
                yield once

    def named(self) -> Iterator[Database]:
        """The databases that actions of the registry name.

        Raises:
            DefinitionError: for the first that has no address, or one that cannot be meant.
        """
        for name in sorted({action.database for action in self._registry.actions if action.database is not None}):
            database = self._database(name)
            _ = database.url
            yield database

    async def close(self, threads: HandlerThreads) -> None:
        """Close the connections, those of handlers on their own loop. The next use opens new ones."""
        if self._databases:
            await threads.start(self._close_here, {}, is_async=True).wait(_CLOSING)
            await self._close_here()

    async def _close_here(self) -> None:
        for database in self._databases.values():
            await database.close()

    def _database(self, name: str | None) -> Database:
        if name not in self._databases:
            self._databases[name] = self._own.for_handlers() if name is None else self._opened(name)
        return self._databases[name]

    def _opened(self, name: str) -> Database:
        variable = database_variable(name)
        added, configured = self._registry.databases.get(name), os.environ.get(variable)
        keyring = lambda: self._own.keyring  # noqa: E731 - read at the first use, as the own database's is
        if added:
            return Database(added, setting=f"do.databases.add({name!r}, ...)", patient=True, keyring=keyring)
        if configured:
            return Database(configured, setting=variable, patient=True, keyring=keyring)
        users = ", ".join(repr(action.name) for action in self._registry.actions if action.database == name)
        raise DefinitionError(
            f"there is no database {name!r} (of {users}): say where it is by "
            f"do.databases.add({name!r}, 'postgresql://...') or {variable}"
        )

    async def _check_own(self) -> None:
        from dosdk_temporal._outside.database.away import DatabaseAwayError  # noqa: PLC0415 - SQLAlchemy, likewise
        from dosdk_temporal._outside.database.belonging import Belonging  # noqa: PLC0415

        self._belonging = self._belonging or Belonging(self._own)
        try:
            await self._belonging.check(activity.client())
        except DefinitionError as error:
            # This worker's fault and not the caller's: another worker may have the right one.
            raise DatabaseAwayError(error.message) from None


def _digest(definition: ActionDefinition, data: bytes) -> str:
    try:
        return ActionCall(definition.name, data).digest
    except ValueError as error:
        raise InputError(f"the input of action {definition.name!r} is not JSON: {error}") from None


async def _nothing_to_check() -> None:
    """A project's own database belongs to whoever says so."""
