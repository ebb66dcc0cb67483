"""What failed at once, told as one error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.exceptions import CancelledError as Cancelled
from temporalio.workflow import ContinueAsNewError, NondeterminismError

from dosdk_temporal import ActionError, RetryLater, WorkflowError
from dosdk_temporal._inside.guard.task_group import OrderedTaskGroup
from dosdk_temporal._wire.failures import failure_of
from dosdk_temporal._wire.groups import ungrouped
from dosdk_temporal._wire.texts import text_of


@dataclass(frozen=True)
class Frozen(Exception):
    """Allows no attribute to be set."""

    code: int

    def __str__(self) -> str:
        return f"code {self.code}"


def group(*errors: BaseException) -> BaseExceptionGroup[Any]:
    return BaseExceptionGroup("unhandled errors in a TaskGroup", errors)


def test_what_is_no_group() -> None:
    """It stands for itself."""
    error = ValueError("a")
    assert ungrouped(error) is error


@pytest.mark.parametrize("wrap", [group, lambda one: group(group(one)), lambda one: group(one, group(one))])
def test_a_single_error(wrap: Callable[[BaseException], BaseException]) -> None:
    """A group of one, however deep, or of one that is met twice, is that very error, unchanged."""
    error = ActionError("no funds", type="Declined", action="charge", step="charge#2", attempts=3)
    found = ungrouped(wrap(error))
    assert (found, text_of(found)) == (error, "no funds")


def test_several_errors() -> None:
    """The first is the error, and its message tells of the others; its own text stays its own."""
    first, *others = (
        ActionError("no funds", type="Declined", action="charge", attempts=3),
        ValueError("x"),
        WorkflowError("workflow 'w' failed: late"),
    )
    found = ungrouped(group(first, group(*others)))
    told = "no funds (beside it: ValueError: x; workflow 'w' failed: late)"
    assert (found, str(found), text_of(found)) == (first, "no funds", told)
    failure = failure_of(found)
    assert (failure.message, failure.type) == (told, "Declined")


@pytest.mark.parametrize("first", [Frozen(7), RetryLater("5s", "busy"), ApplicationError("raw", type="Cause")])
def test_the_first_keeps_what_it_is(first: Exception) -> None:
    """Its class, and with it whether and when it is tried again, is not touched."""
    found = ungrouped(group(first, ValueError("x")))
    assert (found, text_of(found)) == (first, f"{first} (beside it: ValueError: x)")


@pytest.mark.parametrize(
    ("errors", "meant"),
    [
        ([asyncio.CancelledError("why")], 0),
        ([asyncio.CancelledError(), ValueError("a")], 1),
        ([Cancelled("at the server")], 0),
        ([Cancelled("at the server"), ValueError("a")], 1),
        ([ContinueAsNewError.__new__(ContinueAsNewError)], 0),
        ([ContinueAsNewError.__new__(ContinueAsNewError), ValueError("a")], 1),
        ([ValueError("a"), NondeterminismError("b")], 1),
    ],
)
def test_what_is_no_failure(errors: list[BaseException], meant: int) -> None:
    """A cancellation or going on as a new run stays one where nothing failed; what fails the task comes before all."""
    assert ungrouped(group(*errors), (NondeterminismError,)) is errors[meant]


async def test_a_task_group_in_order() -> None:
    """A handler's task group keeps its tasks in the order of their making: asyncio keeps them where this replaces them."""
    assert isinstance(asyncio.TaskGroup()._tasks, set)
    ended: list[int] = []

    async def one(number: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(number)

    async def fails() -> None:
        async with OrderedTaskGroup() as tasks:
            for number in range(50):
                tasks.create_task(one(number))
            await asyncio.sleep(0)
            raise ValueError("enough")

    with pytest.raises(ExceptionGroup):
        await fails()
    assert ended == list(range(50))
