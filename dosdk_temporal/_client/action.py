"""Outside: one action as users hold it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Generic, ParamSpec, TypedDict, TypeVar, Unpack, overload

from dosdk_temporal._client.calling import RetryLike, call_action, merged
from dosdk_temporal._client.compensating import Compensate, declared_compensation
from dosdk_temporal._client.failing import OnFailure, failure_handler
from dosdk_temporal._outside.transactions.plain import plain_call
from dosdk_temporal._pure.awaiting import to_be_awaited
from dosdk_temporal._pure.definitions import ActionDefinition
from dosdk_temporal._pure.durations import Duration
from dosdk_temporal._pure.option_names import check_names
from dosdk_temporal._pure.options import NOT_GIVEN, NotGiven, Options
from dosdk_temporal._pure.place import current_place
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["Action", "ActionOptions", "ActionReference", "one_of"]

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_NAMES: Final = ("name", "id", "handler", "execute")


class ActionOptions(TypedDict, total=False):
    """What may be said of an action beside its name and handler; see :meth:`Actions.create`."""

    description: str
    retry: RetryLike | None
    timeout: Duration | NotGiven | None
    total_timeout: Duration | NotGiven | None
    heartbeat: Duration | None
    local: bool
    max_concurrent: int | None
    version: str | float
    compensate: Compensate
    on_failure: OnFailure
    database: str | None


@to_be_awaited("action")
class ActionReference:
    """An action by its name, or ``name@version``; this process need not hold its handler.

    Attributes:
        name: the action's.
        reference: the name, and ``@version`` where one was asked for.
    """

    def __init__(self, do: Do, reference: str) -> None:
        self._do, self.reference = do, reference
        self.name = reference

    def __repr__(self) -> str:
        return f"<action {self.reference!r}>"

    async def execute(
        self,
        input: Mapping[str, Any] | Any = None,  # noqa: A002 - the documents' word
        /,
        *,
        idempotency_key: str | None = None,
        retry: RetryLike | None = None,
        timeout: Duration | NotGiven | None = NOT_GIVEN,  # noqa: ASYNC109 - an option of the action's attempts
        compensate: Compensate = None,
        **fields: Any,
    ) -> Any:
        """Run the action and give its handler's value.

        Inside a workflow this is one durable step, outside one durable execution, inside an action an error.

        Args:
            input: the fields as one mapping, or the one object the handler takes.
            idempotency_key: one key, one effect; None runs it anew.
            retry: see :class:`Retry`; over the action's own.
            timeout: of one attempt; over the action's own.
            compensate: what undoes it, as for :meth:`Actions.create`; over the action's own.
            **fields: fields by name; one that is named like an option goes into the mapping.

        Raises:
            InputError: when the input does not fit.
            NotFoundError: when no worker has the action.
            ActionError: when its last attempt failed, with the handler's own message and type.
        """
        value = merged(input, fields)
        return (
            await call_action(self._do, self.reference, value, idempotency_key, retry, timeout, compensate=compensate)
        ).output

    invoke = execute
    run = execute


class Action(ActionReference, Generic[P, R]):
    """One atomic action: a handler under a name, callable from anywhere by that name.

    Calling it runs the plain function, with no server: that is for unit tests. ``await action.execute({...})`` runs it
    durably. Made directly (``Action(name=, handler=)``) it belongs to the default client.

    Args:
        name: unique; ``id=`` means the same.
        handler: the function that does it, ``async`` or not; ``execute=`` means the same.
        **options: as for ``do.action.create``.

    Raises:
        DefinitionError: when name or handler is missing, or another handler has the name.
    """

    def __init__(
        self,
        *,
        do: Do | None = None,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - the documents' word
        handler: Callable[P, R] | None = None,
        execute: Callable[P, R] | None = None,
        **options: Unpack[ActionOptions],
    ) -> None:
        if do is None:
            from dosdk_temporal._client.default import default_do  # noqa: PLC0415 - it holds actions itself

            do = default_do()
        check_names(
            "Action", [name for name in options if name != "options"], (*_NAMES, *ActionOptions.__annotations__)
        )
        on_failure, compensate = options.pop("on_failure", None), options.pop("compensate", None)
        definition = _definition(name=name, id=id, handler=handler, execute=execute, **options)
        told = failure_handler(do.registry, on_failure, kind="action", name=definition.name, version=definition.version)
        compensation = declared_compensation(do.registry, definition, compensate)
        self.definition = replace(definition, on_failure=told, compensation=compensation)
        super().__init__(do, f"{self.definition.name}@{self.definition.version}")
        self.name = self.definition.name
        do.registry.actions.add(self.definition)
        self.__wrapped__: Callable[P, R] = self.definition.handler
        for attribute in ("__module__", "__qualname__"):
            self.__dict__[attribute] = getattr(self.__wrapped__, attribute, "")
        self.__doc__ = self.__wrapped__.__doc__ or self.definition.description

    @property
    def id(self) -> str:
        """The name, by the documents' other word."""
        return self.name

    @property
    def description(self) -> str:
        """For people."""
        return self.definition.description

    @property
    def version(self) -> str:
        """Numbers and dots."""
        return self.definition.version

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the plain function, as a unit test does.

        Raises:
            DefinitionError: inside a workflow, where it would run without a record.
        """
        place = current_place()
        if place is not None and place.kind == "workflow":
            raise DefinitionError(
                f"action {self.name!r} was called like a function in a workflow, where it would leave no record: "
                f"write await do.action.run({self.name!r}, {{...}})"
            )
        return plain_call(self.definition, *args, **kwargs)  # type: ignore[no-any-return] # the handler's own type

    def __await__(self) -> Generator[Any, None, Action[P, R]]:
        """Give the action itself: the documents await ``create``."""
        return self
        yield  # makes this a generator: awaiting it needs no loop

    if TYPE_CHECKING:

        @overload
        def execute(
            self: Action[Any, Coroutine[Any, Any, T]], input: Any = ..., /, **fields: Any
        ) -> Coroutine[Any, Any, T]: ...
        @overload
        def execute(self: Action[Any, T], input: Any = ..., /, **fields: Any) -> Coroutine[Any, Any, T]: ...
        def execute(self, input: Any = None, /, **fields: Any) -> Coroutine[Any, Any, Any]: ...  # noqa: A002

        invoke = execute
        run = execute


def _definition(**given: Any) -> ActionDefinition:
    name = one_of(given.pop("name", None), given.pop("id", None), "name", "id")
    handler = one_of(given.pop("handler", None), given.pop("execute", None), "handler", "execute")
    if name is None or handler is None:
        raise DefinitionError("an action needs a name and a handler: Action(name='send-welcome-email', handler=send)")
    options = {key: given.pop(key) for key in ("retry", "timeout", "total_timeout", "heartbeat") if key in given}
    return ActionDefinition(name, handler, **{"options": Options.of(**options), **given})


def one_of(first: Any, second: Any, first_name: str, second_name: str) -> Any:
    """The one that was given of two arguments that mean the same; None where neither was."""
    if first is not None and second is not None and first is not second and first != second:
        raise DefinitionError(f"{first_name}= and {second_name}= mean the same: give one of them")
    return first if first is not None else second
