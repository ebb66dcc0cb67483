"""Outside: ``do.action``: defining and calling actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, Unpack, overload

from dosdk_temporal._client.action import Action, ActionOptions, ActionReference, one_of
from dosdk_temporal._client.calling import RetryLike, call_action, merged
from dosdk_temporal._client.compensating import Compensate
from dosdk_temporal._client.failing import OnFailure
from dosdk_temporal._pure.awaiting import to_be_awaited
from dosdk_temporal._pure.calls import ActionResult
from dosdk_temporal._pure.durations import Duration
from dosdk_temporal._pure.option_names import told_plainly
from dosdk_temporal._pure.options import NOT_GIVEN, NotGiven, Options
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["Actions"]

P = ParamSpec("P")
R = TypeVar("R")


@to_be_awaited("do.action")
class Actions:
    """``do.action``: defining and calling actions."""

    def __init__(self, do: Do) -> None:
        self._do = do

    def __call__(self, name: str) -> ActionReference:
        """The action of that name, or ``name@version``, to ``invoke``."""
        return ActionReference(self._do, name)

    @overload
    def create(
        self, *, name: str = ..., id: str = ..., handler: Callable[P, R], **options: Unpack[ActionOptions]
    ) -> Action[P, R]: ...
    @overload
    def create(
        self, *, name: str = ..., id: str = ..., execute: Callable[P, R], **options: Unpack[ActionOptions]
    ) -> Action[P, R]: ...
    @overload
    def create(
        self, *, name: str = ..., id: str = ..., **options: Unpack[ActionOptions]
    ) -> Callable[[Callable[P, R]], Action[P, R]]: ...
    @told_plainly("do.action.create")
    def create(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - the documents' word
        handler: Callable[..., Any] | None = None,
        execute: Callable[..., Any] | None = None,
        description: str = "",
        retry: RetryLike | None = None,
        timeout: Duration | NotGiven | None = NOT_GIVEN,
        total_timeout: Duration | NotGiven | None = NOT_GIVEN,
        heartbeat: Duration | None = None,
        local: bool = False,
        max_concurrent: int | None = None,
        version: str | float = "1",
        compensate: Compensate = None,
        on_failure: OnFailure = None,
        database: str | None = None,
    ) -> Any:
        """Define an action, as a call (handler given) or as a decorator (handler left out). The result can be awaited.

        Args:
            name: unique among actions; ``id`` means the same.
            id: see ``name``.
            handler: the function that does it; ``execute`` means the same.
            execute: see ``handler``.
            description: for people: catalog and Web UI.
            retry: default 3 attempts, 1 s, doubling, at most 60 s between two.
            timeout: of one attempt; default 60 s; None for no limit.
            total_timeout: of all attempts and the delays between them; default None, no limit.
            heartbeat: after this long without a sign of life its worker counts as dead; default 15 s.
            max_concurrent: how many of it run at once in one worker process; one over it waits for its turn, which costs none of
                its ``timeout`` and is no attempt. Default None, no limit but the worker's own.
            local: run within the workflow's own task: for short, idempotent work; default False.
            version: numbers and dots; default "1".
            compensate: what undoes a step of it when its workflow fails, passes its timeout or is cancelled: a function, an
                action or its name; it is told what it names of ``input``, ``output`` and ``outcome`` (``completed`` or
                ``unknown``). Default nothing.
            on_failure: what runs once when the last attempt has failed: an action, its name, a function, or
                ``{"notify": recipients}``; it is given what it names of ``name``, ``input``, ``error`` (``{type, message}``),
                ``attempts``, ``execution_id`` and ``step``. Its own failure is logged and changes nothing. Default nothing.

            database: for a handler that takes ``tx: Transaction``: the name of the database that it writes, of ``do.databases``
                or ``DO_DATABASE_<NAME>_URL``. Default the SDK's own.

        Raises:
            DefinitionError: when something is missing or cannot be meant, or another handler has the name.
        """
        options = Options.of(retry=retry, timeout=timeout, total_timeout=total_timeout, heartbeat=heartbeat)
        given: dict[str, Any] = {"description": description, "options": options, "local": local, "version": version}
        given["max_concurrent"] = max_concurrent
        given |= {"on_failure": on_failure, "compensate": compensate, "database": database}
        chosen_name, chosen_handler = one_of(name, id, "name", "id"), one_of(handler, execute, "handler", "execute")
        if chosen_name is None:
            raise DefinitionError("an action needs a name: do.action.create(name='send-welcome-email', handler=...)")
        if chosen_handler is not None:
            return Action(do=self._do, name=chosen_name, handler=chosen_handler, **given)
        return lambda function: Action(do=self._do, name=chosen_name, handler=function, **given)

    async def run(
        self,
        name: str | Action[Any, Any],
        input: Mapping[str, Any] | Any = None,  # noqa: A002 - the documents' word
        /,
        *,
        idempotency_key: str | None = None,
        retry: RetryLike | None = None,
        timeout: Duration | NotGiven | None = NOT_GIVEN,  # noqa: ASYNC109 - an option of the action's attempts
        compensate: Compensate = None,
        **fields: Any,
    ) -> Any:
        """Run the action of that name and give its handler's value; see :meth:`ActionReference.execute`."""
        return (
            await call_action(
                self._do,
                _reference_of(name),
                merged(input, fields),
                idempotency_key,
                retry,
                timeout,
                compensate=compensate,
            )
        ).output

    async def execute(
        self,
        *,
        name: str | Action[Any, Any],
        params: Mapping[str, Any] | Any = None,
        idempotency_key: str | None = None,
        retry: RetryLike | None = None,
        timeout: Duration | NotGiven | None = NOT_GIVEN,  # noqa: ASYNC109 - an option of the action's attempts
        compensate: Compensate = None,
    ) -> ActionResult:
        """Run the action of that name and tell what became of it; see :meth:`ActionReference.execute`."""
        return await call_action(
            self._do, _reference_of(name), params, idempotency_key, retry, timeout, compensate=compensate
        )


def _reference_of(name: str | ActionReference) -> str:
    return name.reference if isinstance(name, ActionReference) else name
