"""Inside: the signals that reach a run, kept until its handler asks for them."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Any

from temporalio import workflow

__all__ = ["SignalStream", "Signals"]


class Signals:
    """The signals of one run by name, in the order they came; from its start, whether or not anybody listens."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Any]] = {}

    def deliver(self, name: str, payload: Any) -> None:
        """Keep a signal."""
        self._waiting.setdefault(name, deque()).append(payload)

    def stream(self, name: str) -> SignalStream:
        """The signals of that name, each given once."""
        return SignalStream(self._waiting.setdefault(name, deque()))

    def carried(self) -> dict[str, list[Any]]:
        """What nobody has read yet, for the next run of a chain."""
        return {name: list(payloads) for name, payloads in self._waiting.items() if payloads}

    def restore(self, carried: Mapping[str, list[Any]]) -> None:
        """Take up what :meth:`carried` gave: it came before anything else."""
        for name, payloads in carried.items():
            self._waiting.setdefault(name, deque()).extendleft(reversed(payloads))


class SignalStream(AsyncIterator[Any]):
    """The payloads of one signal, as they come; it never ends by itself."""

    def __init__(self, payloads: deque[Any]) -> None:
        self._payloads = payloads

    async def __anext__(self) -> Any:
        while not self._payloads:  # several may read one name, and the first of them takes what came
            await workflow.wait_condition(lambda: bool(self._payloads))
        return self._payloads.popleft()
