"""Outside: whether another attempt follows an error, and when."""

from __future__ import annotations

from datetime import timedelta
from random import random

from dosdk_temporal._pure.retry import Retry, names_of
from dosdk_temporal._pure.retry_later import RetryLater
from dosdk_temporal._wire.failures import ActionFailure
from dosdk_temporal.errors import DoError

__all__ = ["pause_before_next"]


def pause_before_next(retry: Retry, attempt: int, error: Exception) -> timedelta | None:
    """Until the next attempt; None when this one was the last.

    Args:
        retry: the strategy in force.
        attempt: the number of the one that failed.
        error: with which it failed.
    """
    if not _is_retryable(error) or not retry.tries_again(attempt, names_of(error)):
        return None
    pause = _asked_for(error)
    if pause is None:
        pause = retry.delay_after(attempt, random())  # noqa: S311 - spreads attempts, and hides nothing
    return max(pause, timedelta(milliseconds=1))


def _asked_for(error: Exception) -> timedelta | None:
    """The pause that the handler itself names; None for the strategy's."""
    if isinstance(error, ActionFailure):  # raised by a handler that knows Temporal
        return error.next_retry_delay
    return error.after if isinstance(error, RetryLater) else None


def _is_retryable(error: Exception) -> bool:
    if isinstance(error, ActionFailure):  # raised by a handler that knows Temporal
        return not error.non_retryable
    return error.retryable if isinstance(error, DoError) else True
