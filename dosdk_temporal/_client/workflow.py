"""Outside: one workflow as users hold it."""

from __future__ import annotations

from collections.abc import Awaitable, Generator, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from dosdk_temporal._pure.awaiting import to_be_awaited
from dosdk_temporal._pure.definitions import WorkflowDefinition
from dosdk_temporal._pure.place import current_place
from dosdk_temporal._pure.schedule import ScheduleOptions
from dosdk_temporal._pure.trigger import Trigger
from dosdk_temporal._pure.versions import FIRST
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do
    from dosdk_temporal._client.execution import Execution
    from dosdk_temporal._client.schedule import Schedule
    from dosdk_temporal._pure.declared import DeclaredWorkflow

__all__ = ["Workflow"]


@to_be_awaited("workflow")
class Workflow:
    """One workflow: a handler or a definition under a name.

    Called with a :class:`Trigger` outside a workflow it runs the plain handler, for unit tests; called inside a workflow it
    runs as a child and gives its result.

    Attributes:
        name: unique among workflows.
        id: the name, and ``@version`` where that is not 1.
        reference: the name and its version: it stands for that one, also where there is a later.
    """

    def __init__(self, do: Do, definition: WorkflowDefinition | DeclaredWorkflow) -> None:
        self._do, self.definition = do, definition
        self.name = definition.name
        self.reference = f"{definition.name}@{definition.version}"
        self.id = definition.name if definition.version == FIRST else self.reference
        self.__doc__ = definition.description
        if isinstance(definition, WorkflowDefinition):
            self.__doc__ = definition.handler.__doc__ or definition.description
            self.__wrapped__ = definition.handler

    def __repr__(self) -> str:
        return f"<workflow {self.id!r}>"

    def __await__(self) -> Generator[Any, None, Workflow]:
        """Give the workflow itself: the documents await ``create``."""
        return self
        yield  # makes this a generator: awaiting it needs no loop

    def __call__(self, payload: Any = None) -> Awaitable[Any]:
        """Inside a workflow a child's result; outside, with a :class:`Trigger`, the plain handler's."""
        place = current_place()
        if place is None:
            if not isinstance(self.definition, WorkflowDefinition):
                raise DefinitionError(
                    f"{self.definition.owner} has no handler: write await {self.name}.execute({{...}})"
                )
            if not isinstance(payload, Trigger):
                raise DefinitionError(
                    f"workflow {self.name!r} was called like a function outside a workflow: write "
                    f"await {self.name}.execute({{...}}) to run it durably, or call it with a Trigger to test its plain handler"
                )
            return self.definition.handler(payload)  # type: ignore[no-any-return] # an async function, checked when defined
        return self.execute(payload.payload if isinstance(payload, Trigger) else payload)

    async def execute(self, input: Any = None, /, **options: Any) -> Any:  # noqa: A002 - the documents' word
        """Run it to its end; see :meth:`Workflows.execute`."""
        return await self._do.workflows.execute(self.reference, input, **options)

    async def start(self, input: Any = None, /, **options: Any) -> Execution:  # noqa: A002 - the documents' word
        """Start it; see :meth:`Workflows.start`."""
        return await self._do.workflows.start(self.reference, input, **options)

    async def schedule(
        self, document: Mapping[str, Any] | None = None, /, **options: Unpack[ScheduleOptions]
    ) -> Schedule:
        """Start it again and again; see :meth:`Workflows.schedule`."""
        return await self._do.workflows.schedule(self.reference, document, **options)
