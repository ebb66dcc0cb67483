"""Inside: undoing what a run has done, the last first, when the run or a block of it fails.

What became of a step is asked of its record when it is to be undone, not of the handler's flow: a step that was cancelled
may have taken effect all the same, and is asked to end and waited for before anything is undone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import ContextVar, Token
from dataclasses import replace
from itertools import count
from types import TracebackType
from typing import Any, Final, NoReturn, Protocol

from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._inside.guard import unguarded
from dosdk_temporal._inside.undoable import UndoableStep
from dosdk_temporal._inside.worker_side import worker_side
from dosdk_temporal._pure.async_with import AsyncWith
from dosdk_temporal._pure.calls import ActionCall
from dosdk_temporal._pure.compensation import COMPENSATING, Undo, check_known
from dosdk_temporal._pure.definitions import ActionDefinition
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.interpreter.together import to_the_end
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._wire.groups import ungrouped
from dosdk_temporal._wire.texts import text_of
from dosdk_temporal.errors import DefinitionError

__all__ = ["Block", "Saga", "undone_when_it_fails"]

_log = logging.getLogger("dosdk_temporal")


class _Undoes(Protocol):
    async def compensate(self, undo: Undo) -> None:
        """Run what undoes a step."""


class _HasSaga(Protocol):
    def saga(self) -> Block:
        """The block that is the run."""


class Saga:
    """The steps of one run that something undoes.

    Args:
        place: runs what undoes them.
    """

    def __init__(self, place: _Undoes) -> None:
        self._place = place
        self._steps: dict[str, UndoableStep] = {}
        self._ends = count()
        self._undoings: dict[Block, asyncio.Future[None]] = {}

    @property
    def open_steps(self) -> list[str]:
        """The steps that would be undone if the run failed now."""
        return [step.id for step in self._steps.values() if not step.is_over or step.undo() is not None]

    def begin(self, call: ActionCall, step: str, facts: CallFacts) -> UndoableStep | None:
        """Keep a step that is about to be scheduled.

        Returns:
            None for a step that nothing undoes.

        Raises:
            DefinitionError: when what is to undo it is not there.
            asyncio.CancelledError: when its block has been undone: it belongs to a task that was left over.
        """
        block = _BLOCK.get()
        if facts.kind == COMPENSATING or block is None or block.saga is not self:
            return None
        if block.undoing is not None:
            raise asyncio.CancelledError("what this step belongs to has failed and was undone")
        registry = worker_side().registry
        definition = call.definition or registry.actions.find(call.name, call.version)
        declared = definition.compensation if definition is not None else None
        undone_by = _findable(call.compensate or declared, call.name, registry)
        if definition is not None and undone_by is None:
            return None
        if step not in self._steps:
            asked = call if call.compensate is None else replace(call, compensate=undone_by)
            database = _database(definition, undone_by, call.name)
            self._steps[step] = UndoableStep(asked, step, undone_by, block, self._ends, database)
        return self._steps[step]

    async def undo(self, block: Block) -> None:
        """Undo what a block has done, the last first. One that cannot be undone stops none of the others."""
        for step in self._of(block):
            step.cancel()
        await self.undone_within(block)  # of several, each takes what the others have left
        steps = self._of(block)
        for step in steps:
            await step.over()
        for step in sorted(steps, key=lambda one: one.ended, reverse=True):
            del self._steps[step.id]
            if (undo := step.undo()) is not None:
                await self._undo(undo)

    def undoing(self, block: Block) -> asyncio.Future[None]:
        """Begin to undo what a block has done."""
        undoing = self._undoings[block] = asyncio.ensure_future(self.undo(block))
        undoing.add_done_callback(lambda _: self._undoings.pop(block))
        return undoing

    async def undone_within(self, block: Block) -> None:
        """Until what is being undone of blocks within it is undone: a task may have one that nobody waits for."""
        undoings = self._undoings.items()
        await asyncio.gather(*(undoing for one, undoing in undoings if one is not block and one.is_within(block)))

    def settle(self, block: Block) -> None:
        """Let what a block has done stand; what it has begun and not awaited becomes its parent's."""
        for step in self._of(block):
            if step.is_over:
                del self._steps[step.id]
            else:
                step.block = block.parent or block

    def _of(self, block: Block) -> list[UndoableStep]:
        return [step for step in self._steps.values() if step.block.is_within(block)]

    async def _undo(self, undo: Undo) -> None:
        try:
            await self._place.compensate(undo)
        except Exception as error:  # noqa: BLE001 - whatever it raises, the others are undone, and the record has it
            if not workflow.unsafe.is_replaying_history_events():
                _log.error(
                    "step %r of %s could not be undone: %s", undo.step, workflow.info().workflow_id, text_of(error)
                )


class Block(AsyncWith):
    """A part of a run that is undone when it raises; the outermost one is the run itself. For ``async with``.

    Args:
        saga: of the run.
    """

    spelled = "do.saga()"

    def __init__(self, saga: Saga) -> None:
        self.saga = saga
        self.parent: Block | None = None
        self._undoing: asyncio.Future[None] | None = None
        self._token: Token[Block | None] | None = None

    @property
    def undoing(self) -> asyncio.Future[None] | None:
        """What undoes it, or what it is within, once that has begun."""
        return self._undoing or (None if self.parent is None else self.parent.undoing)

    def is_within(self, other: Block) -> bool:
        """Whether it is the other, or a part of it."""
        return self is other or (self.parent is not None and self.parent.is_within(other))

    def __await__(self) -> NoReturn:
        self.__enter__()  # neither 'with' nor 'await' is what was meant

    async def __aenter__(self) -> None:
        self.parent = _BLOCK.get()
        self._token = _BLOCK.set(self)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is GeneratorExit:  # the worker lets go of the run, which goes on elsewhere; perhaps in another context
            return
        assert self._token is not None  # noqa: S101 - set when it was entered
        _BLOCK.reset(self._token)
        if _fails_the_run(error):
            await self._undo()
        elif self.parent is None:
            if not isinstance(error, Exception):  # which is the task's fault, and says so at once
                await self._through(self.saga.undone_within(self))
        elif self.parent.parent is None and self.undoing is None:
            self.saga.settle(self)

    async def _undo(self) -> None:
        """Undo it, or wait until it is undone with what it is within."""
        self._undoing = self.undoing or self.saga.undoing(self)
        await self._through(self._undoing)

    async def _through(self, work: Awaitable[None]) -> None:
        """Wait, whatever is cancelled meanwhile. Of the run itself what it ended with is what counts then."""
        if self.parent is not None:
            await to_the_end(work)
            return
        with suppress(asyncio.CancelledError):
            await to_the_end(work)


async def undone_when_it_fails(place: _HasSaga, running: Awaitable[RawValue]) -> RawValue:
    """Await what a run does; where that fails, is cancelled or passes its timeout, undo it before the error goes on."""
    async with place.saga():
        return await running


_BLOCK: Final[ContextVar[Block | None]] = ContextVar("_BLOCK", default=None)
"""The innermost block that the calling code is in; None outside handlers."""


def _findable(
    undone_by: str | Callable[..., Any] | None, action: str, registry: Registry
) -> str | Callable[..., Any] | None:
    """What undoes an action, as the worker will find it: an action of its registry, or a function as it was written.

    Raises:
        DefinitionError: when it will not.
    """
    what = f"compensate= of action {action!r}"
    if isinstance(undone_by, str):
        check_known(registry, undone_by, what)
    if undone_by is None or isinstance(undone_by, str):
        return undone_by
    function = unguarded(undone_by)
    if function is None:
        raise DefinitionError(
            f"{what} is a function that the handler itself makes: write it outside of the handler, or give an action"
        )
    return function  # type: ignore[no-any-return] # a function gives a function


def _database(
    definition: ActionDefinition | None, undone_by: str | Callable[..., Any] | None, action: str
) -> str | None:
    """The name of the database that a step writes; None for the SDK's own, or where what undoes it says that itself.

    Raises:
        DefinitionError: where a function that undoes it needs to know, and nobody here does.
    """
    if definition is not None:
        return definition.database
    if callable(undone_by) and ActionDefinition(action, undone_by).signature.takes_tx:
        raise DefinitionError(
            f"compensate= of action {action!r} is a function that takes a transaction, and this worker has no such action, "
            "whose database it would be on: let the worker load the action, or undo it by an action that says database="
        )
    return None


def _fails_the_run(error: Any) -> bool:
    """Whether a block was left by an error: not by the run's going on as a new one, nor by what is the task's fault."""
    error = ungrouped(error, (workflow.NondeterminismError,))
    return isinstance(error, Exception | asyncio.CancelledError) and not isinstance(error, workflow.NondeterminismError)
