"""Outside: one service as users hold it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from dosdk_temporal._pure.awaiting import to_be_awaited

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do
    from dosdk_temporal._client.execution import Execution

__all__ = ["Service"]


@to_be_awaited("service")
class Service:
    """A service: a business capability made of actions, called by its name.

    Attributes:
        id: the name, and ``@version`` where one is meant.
        name: unique among services and workflows.
    """

    def __init__(self, do: Do, id: str, reference: str | None = None) -> None:  # noqa: A002 - the contract's name
        self._do, self.id = do, id
        self._reference = reference or id
        self.name = id.partition("@")[0]

    def __repr__(self) -> str:
        return f"<service {self.id!r}>"

    def __await__(self) -> Generator[Any, None, Service]:
        """Give the service itself, so that ``create`` can be awaited."""
        return self
        yield  # makes this a generator: awaiting it needs no loop

    async def execute(self, input: Any = None, /, **options: Any) -> Any:  # noqa: A002 - the documents' word
        """Run it to its end and give its result: what it declares, else the mapping of its steps' ids to their outputs.

        Args:
            input: what it takes.
            **options: see :meth:`Workflows.start`.

        Raises:
            InputError: when the input does not fit.
            WorkflowError: when it did not complete.
        """
        return await self._do.workflows.execute(self._reference, input, **options)

    async def start(self, input: Any = None, /, **options: Any) -> Execution:  # noqa: A002 - the documents' word
        """Start it; see :meth:`Workflows.start`."""
        return await self._do.workflows.start(self._reference, input, **options)
