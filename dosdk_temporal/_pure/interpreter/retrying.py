"""Pure: a definition's retry policy as the strategy that workers know."""

from __future__ import annotations

from typing import overload

from dosdk_temporal._pure.declarative.parts import RetryPolicy
from dosdk_temporal._pure.retry import Retry

__all__ = ["retry_of"]


@overload
def retry_of(policy: RetryPolicy) -> Retry: ...
@overload
def retry_of(policy: None) -> None: ...
@overload
def retry_of(policy: RetryPolicy | None) -> Retry | None: ...
def retry_of(policy: RetryPolicy | None) -> Retry | None:
    """The strategy; None where nothing is said."""
    if policy is None or policy.backoff != "linear":
        return None if policy is None else policy.retry
    retry = policy.retry
    return Retry(retry.max_attempts, retry.initial_delay, 1, retry.max_delay, increment=retry.initial_delay)
