"""Outside: workflows as users hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, overload

from dosdk_temporal._client.calling import check_called
from dosdk_temporal._client.defining import (
    Handler,
    WorkflowOptions,
    check_workflow_options,
    define_declared,
    define_handler,
)
from dosdk_temporal._client.schedule_calls import ScheduleCalls
from dosdk_temporal._client.sending import sent_by
from dosdk_temporal._client.workflow import Workflow
from dosdk_temporal._pure.awaiting import to_be_awaited
from dosdk_temporal._pure.calls import WorkflowCall, workflow_call
from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.names import check_asked_id
from dosdk_temporal._pure.option_names import refuse_bare, told_plainly
from dosdk_temporal._pure.priority import Priority
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do
    from dosdk_temporal._client.execution import Execution
    from dosdk_temporal._pure.explaining import Explanation
    from dosdk_temporal._pure.status import ExecutionStatus

__all__ = ["Workflow", "Workflows"]


@to_be_awaited("do.workflows")
class Workflows(ScheduleCalls):
    """``do.workflow`` and ``do.workflows``: defining, starting and asking about workflows."""

    def __init__(self, do: Do) -> None:
        self._do = do

    @overload
    def create(self, definition: Mapping[str, Any], /, *, name: str = ...) -> Workflow: ...
    @overload
    def create(self, *, name: str = ..., handler: Handler, **options: Unpack[WorkflowOptions]) -> Workflow: ...
    @overload
    def create(self, *, name: str = ..., **options: Unpack[WorkflowOptions]) -> Callable[[Handler], Workflow]: ...
    def create(
        self,
        definition: Mapping[str, Any] | None = None,
        *,
        name: str | None = None,
        handler: Handler | None = None,
        **options: Unpack[WorkflowOptions],
    ) -> Any:
        """Define a workflow: as a document, as a call (handler given), or as a decorator. The result can be awaited.

        ``create({"name": ..., "steps": [...]})`` defines a declarative workflow; its schemas may be those of ``z``, and
        ``name=`` is for one without a name. The same document again changes nothing; another one needs a new version.

        Args:
            definition: the document.
            name: unique among workflows.
            handler: an ``async`` function that takes the :class:`Trigger`.
            description: for people: catalog and Web UI.
            trigger: what starts it besides a direct call: ``{"event": name}`` or ``{"schedule": cron, "timezone": zone}``.
            input: the type of its payload: a model, dataclass or TypedDict; left out, the payload stays plain JSON.
            output: the type of its result; left out, the handler's annotation.
            retry: its steps' default.
            timeout: of the whole run; default None, no limit.
            version: numbers and dots; default "1".
            versioning: where workers say their build, ``pinned`` for runs that stay with the build that began them, or
                ``auto_upgrade`` (default) for runs that move to the current one.
            on_failure: what runs once when a run has failed or passed its ``timeout``, and was not cancelled; as for
                ``do.action.create``. A document says it as ``errorHandling.onFailure``.

        Raises:
            DefinitionError: when something is missing or cannot be meant, or the name is taken; with a document's ``problems``.
        """
        refuse_bare("do.workflow.create", definition)
        check_workflow_options("do.workflow.create", options)
        if definition is not None:
            if handler is not None or options:
                besides = ", ".join([*(["handler"] if handler is not None else []), *sorted(options)])
                raise DefinitionError(f"a definition says all of a workflow but its name: {besides} belongs into it")
            return Workflow(self._do, define_declared(self._do.registry, definition, name=name))
        if name is None:
            raise DefinitionError(
                "a workflow needs a name: do.workflow.create(name='new-user-onboarding', handler=...)"
            )

        def define(function: Handler) -> Workflow:
            return Workflow(self._do, define_handler(self._do.registry, name, function, **options))

        return define if handler is None else define(handler)

    def load(self, path: str | Path, *, name: str | None = None) -> Workflow:
        """Define a declarative workflow that a YAML or JSON file describes.

        Args:
            path: of the file.
            name: for a definition without one.

        Raises:
            DefinitionError: with every fault in its ``problems``, each with its line and column.
        """
        return Workflow(self._do, define_declared(self._do.registry, path, name=name))

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
                ``idempotency_key=`` instead: one key, one run of that workflow, whoever asks and whenever; its id is
                ``{workflow}/{key}``, it gives its result again when it has completed, and may run again when it has failed;
                ``delay=`` until the first step (default none); ``priority=`` 1, first, to 5 (default 3), of the run
                and its steps; ``fairness_key=``, as a tenant's id: those of one priority take turns (default none);
                ``fairness_weight=`` of that key's share (default 1).

        Raises:
            InputError: when the input does not fit, or an option cannot be meant.
            ConflictError: when a run of that id has completed, or the key was used with another input.
            ServerUnavailableError: when no server answers.
        """
        return await self._do.place().start_workflow(self._call(name, input, **options))  # type: ignore[no-any-return]

    def get(self, execution_id: str) -> Execution:
        """The run of that id, without asking whether there is one.

        Raises:
            InputError: when there can be none.
        """
        from dosdk_temporal._client.execution import Execution  # noqa: PLC0415 - temporalio, only when it is needed

        asked = check_asked_id(execution_id, "execution id")
        return Execution(asked, self._do.connection, encrypts=lambda: self._do.settings.encrypted)

    async def get_status(
        self, execution_id: str, *, include_metrics: bool = False, include_audit_trail: bool = False
    ) -> ExecutionStatus:
        """Where a run stands, with its steps; see :meth:`Execution.status`.

        Raises:
            NotFoundError: when there is no such run.
        """
        return await self.get(execution_id).status(
            include_metrics=include_metrics, include_audit_trail=include_audit_trail
        )

    async def cancel(self, execution_id: str, *, reason: str = "") -> None:
        """Ask a run to end; its handler sees ``asyncio.CancelledError``.

        Raises:
            NotFoundError: when there is no such run, or it has ended.
        """
        await self.get(execution_id).cancel(reason)

    async def retry(self, execution_id: str, from_step: str | None = None, *, reason: str = "") -> Execution:
        """Do a run again from a step; see :meth:`Execution.retry`."""
        return await self.get(execution_id).retry(from_step, reason=reason)

    async def explain(self, execution_id: str) -> Explanation:
        """Where a run stands and what can be done; see :meth:`Execution.explain`."""
        return await self.get(execution_id).explain()

    async def pause(self, execution_id: str, *, reason: str = "") -> None:
        """Pause a run; see :meth:`Execution.pause`."""
        await self.get(execution_id).pause(reason)

    async def resume(self, execution_id: str, *, reason: str = "") -> None:
        """Let a paused run go on; see :meth:`Execution.resume`."""
        await self.get(execution_id).resume(reason)

    async def list(
        self, *, workflow: str | None = None, state: str | None = None, limit: int = 100
    ) -> list[ExecutionStatus]:
        """Runs, the newest first; what was just started may be missing for a second.

        Args:
            workflow: only those of that name.
            state: only those in that state, as in ``ExecutionStatus.state``.
            limit: how many at most.

        Raises:
            InputError: when there is no such state, or an argument cannot be meant.
        """
        from dosdk_temporal._client.listing import list_executions  # noqa: PLC0415 - temporalio, only when it is needed

        return await list_executions(self._do, workflow, state, limit)

    @told_plainly("do.workflows.start")
    def _call(
        self,
        name: str | Workflow,
        value: Any,
        /,
        *,
        id: str | None = None,  # noqa: A002 - the contract's name
        delay: Duration | None = None,
        priority: int | None = None,
        fairness_key: str | None = None,
        fairness_weight: float | None = None,
        idempotency_key: str | None = None,
    ) -> WorkflowCall:
        reference = name.reference if isinstance(name, Workflow) else name
        check_called(self._do, "workflow", reference)
        wait = None if delay is None else parse_duration(delay, what="delay")
        turn = Priority.of(priority, fairness_key, fairness_weight)
        with sent_by(self._do):
            return workflow_call(
                self._do.registry, reference, value, id=id, delay=wait, priority=turn, idempotency_key=idempotency_key
            )
