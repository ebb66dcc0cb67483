"""Wire: what failed at once, as one error: the group that an ``asyncio.TaskGroup`` raises says nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import overload

from dosdk_temporal._wire.failures import Failure, error_of, failure_of, is_cancellation, told
from dosdk_temporal._wire.texts import say_beside
from dosdk_temporal.errors import DoError

__all__ = ["ungrouped"]


@overload
def ungrouped(error: Exception, first: tuple[type[BaseException], ...] = ...) -> Exception: ...
@overload
def ungrouped(error: BaseException, first: tuple[type[BaseException], ...] = ...) -> BaseException: ...
def ungrouped(error: BaseException, first: tuple[type[BaseException], ...] = ()) -> BaseException:
    """The error that a group tells of: its only one, else the first, whose message then tells of the others.

    What is no failure, as a cancellation or a run's going on as a new one, is told only where nothing beside it failed.

    Args:
        error: as it was raised; what is no group stands for itself.
        first: classes that mean more than any failure beside them.
    """
    if not isinstance(error, BaseExceptionGroup):
        return error
    leaves = list({id(leaf): leaf for leaf in _leaves(error)}.values())
    meant = next((leaf for leaf in leaves if isinstance(leaf, first)), None)
    failed = [leaf for leaf in leaves if isinstance(leaf, Exception) and not is_cancellation(leaf)]
    if meant is not None or not failed:
        return meant or leaves[0]
    if len(failed) > 1:
        say_beside(failed[0], f" (beside it: {'; '.join(told(_of_the_tree(other)) for other in failed[1:])})")
    return failed[0]


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if not isinstance(error, BaseExceptionGroup):
        yield error
        return
    for part in error.exceptions:
        yield from _leaves(part)


def _of_the_tree(error: Exception) -> DoError:
    return error_of(error if isinstance(error, Failure) else failure_of(error), DoError)
