"""Outside: what transactional actions have done, and which calls of them were given up, within one transaction.

Whoever claims a key locks its row, and makes it where there is none: of two attempts at once the second waits for the end
of the first, and finds what that one left.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dosdk_temporal._outside.database.inserting import insert_or
from dosdk_temporal._outside.datastore.store import Clock, micros_now
from dosdk_temporal._outside.transactions.recorded import Asked, GivenUpError, Recorded
from dosdk_temporal._outside.transactions.tables import transactions
from dosdk_temporal._pure.facts import FACTS_KEY, ResultFacts, pack, unpack
from dosdk_temporal._pure.sealing import NO_KEYS, Keyring
from dosdk_temporal.errors import ConflictError

__all__ = ["Records"]

_PURGED_AT_ONCE: Final = 500
"""More than is written between two purges, and few enough to hold nobody up."""


_ANYBODY: Final = "*"
"""Among those who gave a key up: whoever comes. No run and no call is called so."""


class Records:
    """The records of one Temporal namespace, within one transaction.

    Args:
        connection: in the transaction.
        namespace: whose records.
        clock: default this process's.
        keyring: encrypts what was done. Default not.
    """

    def __init__(
        self, connection: AsyncConnection, namespace: str, clock: Clock = micros_now, *, keyring: Keyring = NO_KEYS
    ) -> None:
        self._connection, self._namespace, self._clock, self._keyring = connection, namespace, clock, keyring

    async def claim(self, asked: Asked) -> Recorded | None:
        """Lock the key to the end of the transaction: what was done under it already, or None where that is still to do.

        Raises:
            ConflictError: when it was done with another input.
            GivenUpError: when this call, or all of its run, was given up, or what it asks for was undone.
        """
        row = await self._locked(asked)
        done = self._recorded(row, asked)
        if done is not None and row.digest != asked.digest:
            raise ConflictError(
                f"what has the key {asked.key!r} was done with another input, and is not done twice: start a new run, or "
                "use another key"
            )
        if done is None and {_ANYBODY, asked.run, asked.call} & set(_given_up(row)):
            raise GivenUpError(
                "this attempt comes late: its caller was told that it failed, so nothing is done any more"
            )
        return done

    async def complete(self, asked: Asked, done: Recorded) -> None:
        """Write what was done under a claimed key."""
        told = {"result": done.data, "facts": pack(done.facts)}
        sealed = {c: self._keyring.seal_text(data.decode(), *self._place(c, asked)) for c, data in told.items()}
        await self._update(asked.key, **sealed, digest=asked.digest, at=self._clock())

    async def give_up(self, asked: Asked, *, all_of_run: bool = False) -> Recorded | None:
        """What was done under the key; where nothing was, no attempt of this call does it from now on.

        Args:
            asked: by whom.
            all_of_run: whether no call of the run does it from now on.
        """
        row = await self._locked(asked)
        done = self._recorded(row, asked)
        if done is None:
            given_up = sorted({*_given_up(row), asked.run if all_of_run else asked.call})
            await self._update(asked.key, given_up=json.dumps(given_up))
        return done

    async def close(self, asked: Asked) -> None:
        """Let nobody do any more what was undone: what is recorded stays so, and a retry does it under another key."""
        if (row := await self._locked(asked)).result is None:
            await self._update(asked.key, given_up=json.dumps(sorted({*_given_up(row), _ANYBODY})))

    async def purge(self, age: timedelta, asked: Asked) -> None:
        """Forget what is older, but for what is asked now; what another process is forgetting is left to it."""
        mine, before = transactions.c.namespace == self._namespace, self._clock() - age // timedelta(microseconds=1)
        old = select(transactions.c.key).where(mine, transactions.c.at <= before, transactions.c.key != asked.key)
        chosen = old.limit(_PURGED_AT_ONCE).with_for_update(skip_locked=True)
        await self._connection.execute(delete(transactions).where(mine, transactions.c.key.in_(chosen)))

    async def _locked(self, asked: Asked) -> Row[Any]:
        row = {"namespace": self._namespace, "key": asked.key, "digest": asked.digest, "at": self._clock()}
        # To update nothing is to lock the row, also one that another transaction has just written or is about to purge.
        claiming = insert_or(self._connection, transactions, row).on_conflict_do_update(
            index_elements=["namespace", "key"], set_={"key": asked.key}
        )
        columns = (transactions.c.digest, transactions.c.result, transactions.c.facts, transactions.c.given_up)
        return (await self._connection.execute(claiming.returning(*columns))).one()

    def _recorded(self, row: Row[Any], asked: Asked) -> Recorded | None:
        if row.result is None:
            return None
        result, facts = (
            self._keyring.open_text(text, *self._place(column, asked)).encode()
            for column, text in (("result", row.result), ("facts", row.facts))
        )
        return Recorded(result, unpack(ResultFacts, {FACTS_KEY: facts}))

    def _place(self, column: str, asked: Asked) -> tuple[str, ...]:
        return transactions.name, column, self._namespace, asked.key

    async def _update(self, key: str, **values: Any) -> None:
        mine = and_(transactions.c.namespace == self._namespace, transactions.c.key == key)
        await self._connection.execute(update(transactions).where(mine).values(**values))


def _given_up(row: Row[Any]) -> list[str]:
    return list(json.loads(row.given_up)) if row.given_up else []
