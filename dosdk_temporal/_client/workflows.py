"""Outside: workflows as users hold them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, overload

from dosdk_temporal._pure.calls import WorkflowCall, workflow_call
from dosdk_temporal._pure.definitions import WorkflowDefinition
from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.options import NOT_GIVEN, NotGiven, Options
from dosdk_temporal._pure.place import current_place
from dosdk_temporal._pure.retry import Retry
from dosdk_temporal._pure.schedule import ScheduleOptions
from dosdk_temporal._pure.trigger import Trigger
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do
    from dosdk_temporal._client.execution import Execution
    from dosdk_temporal._client.schedule import Schedule
    from dosdk_temporal._pure.schedule_status import ScheduleStatus
    from dosdk_temporal._pure.status import ExecutionStatus

__all__ = ["Workflow", "Workflows"]

Handler = Callable[[Trigger], Awaitable[Any]]


class WorkflowOptions(TypedDict, total=False):
    """What may be said of a workflow beside its name and handler; see :meth:`Workflows.create`."""

    description: str
    trigger: Mapping[str, Any] | None
    input: Any
    output: Any
    retry: Retry | Mapping[str, Any] | int | None
    timeout: Duration | NotGiven | None
    version: str | float


class Workflow:
    """One workflow: a handler under a name.

    Called with a :class:`Trigger` outside a workflow it runs the plain handler, for unit tests; called inside a workflow it
    runs as a child and gives its result.

    Attributes:
        name: unique among workflows.
        id: the name, and ``@version`` where that is not 1.
    """

    def __init__(self, do: Do, definition: WorkflowDefinition) -> None:
        self._do, self.definition = do, definition
        self.name = definition.name
        self.id = definition.name if definition.version == "1" else f"{definition.name}@{definition.version}"
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
            if not isinstance(payload, Trigger):
                raise DefinitionError(
                    f"workflow {self.name!r} was called like a function outside a workflow: write "
                    f"await {self.name}.execute({{...}}) to run it durably, or call it with a Trigger to test its plain handler"
                )
            return self.definition.handler(payload)  # type: ignore[no-any-return] # an async function, checked when defined
        return self.execute(payload.payload if isinstance(payload, Trigger) else payload)

    async def execute(self, input: Any = None, /, **options: Any) -> Any:  # noqa: A002 - the documents' word
        """Run it to its end; see :meth:`Workflows.execute`."""
        return await self._do.workflows.execute(self.id, input, **options)

    async def start(self, input: Any = None, /, **options: Any) -> Execution:  # noqa: A002 - the documents' word
        """Start it; see :meth:`Workflows.start`."""
        return await self._do.workflows.start(self.id, input, **options)

    async def schedule(
        self, document: Mapping[str, Any] | None = None, /, **options: Unpack[ScheduleOptions]
    ) -> Schedule:
        """Start it again and again; see :meth:`Workflows.schedule`."""
        return await self._do.workflows.schedule(self.id, document, **options)


class Workflows:
    """``do.workflow`` and ``do.workflows``: defining, starting and asking about workflows."""

    def __init__(self, do: Do) -> None:
        self._do = do

    @overload
    def create(self, *, name: str = ..., handler: Handler, **options: Unpack[WorkflowOptions]) -> Workflow: ...
    @overload
    def create(self, *, name: str = ..., **options: Unpack[WorkflowOptions]) -> Callable[[Handler], Workflow]: ...
    def create(
        self,
        *,
        name: str | None = None,
        handler: Handler | None = None,
        description: str = "",
        trigger: Mapping[str, Any] | None = None,
        input: Any = Any,  # noqa: A002 - the documents' word
        output: Any = Any,
        retry: Retry | Mapping[str, Any] | int | None = None,
        timeout: Duration | NotGiven | None = NOT_GIVEN,
        version: str | float = "1",
    ) -> Any:
        """Define a workflow, as a call (handler given) or as a decorator (handler left out). The result can be awaited.

        Args:
            name: unique among workflows.
            handler: an ``async`` function that takes the :class:`Trigger`.
            description: for people: catalog and Web UI.
            trigger: what starts it besides a direct call: ``{"event": name}`` or ``{"schedule": cron, "timezone": zone}``.
            input: the type of its payload: a model, dataclass or TypedDict; left out, the payload stays plain JSON.
            output: the type of its result; left out, the handler's annotation.
            retry: its steps' default.
            timeout: of the whole run; default None, no limit.
            version: numbers and dots; default "1".

        Raises:
            DefinitionError: when something is missing or cannot be meant, or another handler has the name.
        """
        if name is None:
            raise DefinitionError(
                "a workflow needs a name: do.workflow.create(name='new-user-onboarding', handler=...)"
            )
        limit = None
        if timeout is not None and not isinstance(timeout, NotGiven):
            limit = parse_duration(timeout, what="timeout", error=DefinitionError).total_seconds()
        options = Options.of(retry=retry)

        def define(function: Handler) -> Workflow:
            definition = WorkflowDefinition(
                name, function, description, str(version), trigger or {}, input, output, options, limit
            )  # fmt: skip
            return Workflow(self._do, self._do.registry.workflows.add(definition))

        return define if handler is None else define(handler)

    async def execute(
        self,
        name: str | Workflow,
        input: Any = None,  # noqa: A002 - the documents' word
        /,
        **options: Any,
    ) -> Any:
        """Run a workflow to its end and give its output; inside a workflow, as a child.

        Args:
            name: the workflow's, or ``name@version``; this process need not hold its handler.
            input: becomes ``trigger.payload``.
            **options: as for :meth:`start`.

        Raises:
            InputError: when the input does not fit.
            WorkflowError: when the run did not complete.
        """
        return await self._do.place().run_workflow(self._call(name, input, **options))

    async def start(
        self,
        name: str | Workflow,
        input: Any = None,  # noqa: A002 - the documents' word
        /,
        **options: Any,
    ) -> Execution:
        """Start a workflow; inside a workflow, one that outlives it.

        Args:
            name: the workflow's, or ``name@version``; this process need not hold its handler.
            input: becomes ``trigger.payload``.
            **options: ``id=`` the execution id: attaches to a running run, may start a failed one again (default: a new one);
                ``delay=`` until the first step (default none); ``priority=`` 1, first, to 5 (default 3).

        Raises:
            InputError: when the input does not fit, or an option cannot be meant.
            ConflictError: when a run of that id has completed.
            ServerUnavailableError: when no server answers.
        """
        return await self._do.place().start_workflow(self._call(name, input, **options))  # type: ignore[no-any-return]

    async def schedule(
        self,
        name: str | Workflow,
        document: Mapping[str, Any] | None = None,
        /,
        **options: Unpack[ScheduleOptions],
    ) -> Schedule:
        """Start a workflow again and again; the same schedule again changes nothing, another text replaces it.

        Args:
            name: the workflow's, or ``name@version``; this process need not hold its handler.
            document: the documented spelling: ``{"cronExpression": ..., "input": ..., "notifications": ...}``, the options
                below in camelCase.
            **options: ``cron_expression=`` five fields or ``@daily`` and the like, or several; ``every=`` an interval, or
                several; ``timezone=`` of the expressions (default UTC); ``input=`` becomes ``trigger.payload``;
                ``notifications=`` recipients by ``onStart``, ``onComplete``, ``onFailure``; ``overlap=`` while a run goes on:
                ``skip`` (default), ``buffer_one``, ``buffer_all``, ``cancel_other``, ``terminate_other``, ``allow_all``;
                ``jitter=`` up to how much later (default none); ``catch_up=`` how late a missed start is still made (default
                Temporal's year); ``skip=`` dates without a start; ``id=`` (default the workflow's name); ``paused=`` and
                ``note=`` of a new one: one that exists keeps its pause.

        Returns:
            The schedule; its ``outcome`` is ``created``, ``unchanged`` or ``replaced``.

        Raises:
            InputError: with all that is wrong; nothing is created then.
            ConflictError: when the id is taken by a schedule that this SDK did not write.
            ServerUnavailableError: when no server answers.
        """
        from dosdk_temporal._client.schedules import put_schedule  # noqa: PLC0415 - temporalio, only when it is needed

        return await put_schedule(self._do, name.id if isinstance(name, Workflow) else name, document, options)

    def get_schedule(self, schedule_id: str) -> Schedule:
        """The schedule of that id, without asking whether there is one."""
        from dosdk_temporal._client.schedule import Schedule  # noqa: PLC0415 - temporalio, only when it is needed

        return Schedule(schedule_id, self._do.connection)

    async def list_schedules(self, *, workflow: str | None = None, limit: int = 100) -> list[ScheduleStatus]:
        """Schedules and where they stand, by id; what was just created may be missing for a second.

        Args:
            workflow: only those that start the workflow of that name.
            limit: how many at most.
        """
        from dosdk_temporal._client.schedules import list_schedules  # noqa: PLC0415 - temporalio, only when it is needed

        return await list_schedules(self._do, workflow, limit)

    def get(self, execution_id: str) -> Execution:
        """The run of that id, without asking whether there is one."""
        from dosdk_temporal._client.execution import Execution  # noqa: PLC0415 - temporalio, only when it is needed

        return Execution(execution_id, self._do.connection)

    async def get_status(self, execution_id: str) -> ExecutionStatus:
        """Where a run stands, with its steps.

        Raises:
            NotFoundError: when there is no such run.
        """
        return await self.get(execution_id).status()

    async def cancel(self, execution_id: str, *, reason: str = "") -> None:
        """Ask a run to end; its handler sees ``asyncio.CancelledError``.

        Raises:
            NotFoundError: when there is no such run, or it has ended.
        """
        await self.get(execution_id).cancel(reason)

    async def list(
        self, *, workflow: str | None = None, state: str | None = None, limit: int = 100
    ) -> list[ExecutionStatus]:
        """Runs, the newest first; what was just started may be missing for a second.

        Args:
            workflow: only those of that name.
            state: only those in that state, as in ``ExecutionStatus.state``.
            limit: how many at most.

        Raises:
            InputError: when there is no such state.
        """
        from dosdk_temporal._client.listing import list_executions  # noqa: PLC0415 - temporalio, only when it is needed

        place = current_place()
        if place is not None and place.kind == "workflow":
            place.refuse("list runs")
        return await list_executions(await self._do.connection(), workflow, state, limit)

    def _call(
        self,
        name: str | Workflow,
        value: Any,
        *,
        id: str | None = None,  # noqa: A002 - the contract's name
        delay: Duration | None = None,
        priority: int | None = None,
    ) -> WorkflowCall:
        reference = name.id if isinstance(name, Workflow) else name
        wait = None if delay is None else parse_duration(delay, what="delay")
        return workflow_call(self._do.registry, reference, value, id=id, delay=wait, priority=priority)
