"""Outside: ``do.service``: defining and calling services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from dosdk_temporal._client.defining import Handler, check_workflow_options, define_declared, define_handler
from dosdk_temporal._client.failing import failure_handler, failure_steps
from dosdk_temporal._client.service import Service
from dosdk_temporal._pure.names import split_version
from dosdk_temporal._pure.option_names import told_plainly
from dosdk_temporal._pure.option_types import check_option
from dosdk_temporal._pure.versions import FIRST
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["Services"]


class Services:
    """``do.service``: a service by its name, and ``create`` for a new one."""

    def __init__(self, do: Do) -> None:
        self._do = do

    def __call__(self, name: str) -> Service:
        """The service of that name, or ``name@version``; this process need not have its definition.

        Raises:
            InputError: when it is no name.
        """
        split_version(name)
        return Service(self._do, name)

    @overload
    def create(self, *, name: str, steps: Sequence[Mapping[str, Any]], **options: Any) -> Service: ...
    @overload
    def create(self, *, name: str, handler: Handler, **options: Any) -> Service: ...
    @overload
    def create(self, *, name: str, **options: Any) -> Callable[[Handler], Service]: ...
    @told_plainly("do.service.create")
    def create(
        self,
        *,
        name: str | None = None,
        steps: Sequence[Mapping[str, Any]] | None = None,
        handler: Handler | None = None,
        input: Any = None,  # noqa: A002 - the documents' word
        output: Any = None,
        **options: Any,
    ) -> Any:
        """Define a service, by its steps or by a handler (which makes it a decorator where that is left out). It can be awaited.

        Args:
            name: unique among services and workflows.
            steps: in their order, each ``{"action": name, "params": {...}}`` with templates, or any other step of a definition;
                its id is the action's name in camelCase unless it says another.
            handler: instead of steps: an ``async`` function that takes the :class:`Trigger`.
            input: a list of names, names with types (``{"plan": "starter | professional"}``), a schema of ``z``, or a model.
            output: a schema, or, with steps, a mapping of templates; left out, the mapping of the steps' ids to their outputs.
            **options: ``version``, ``description``, ``on_failure``; with a handler those of :meth:`Workflows.create`; with steps
                the other keys of a definition, as ``errorHandling``, ``result``, ``timeout``.

        Raises:
            DefinitionError: with every fault in its ``problems``; or when another one has the name and version.
        """
        if steps is None:
            check_workflow_options("do.service.create", options)
        if name is None:
            raise DefinitionError("a service needs a name: do.service.create(name='customer-onboarding', steps=[...])")
        if steps is None:
            return self._by_handler(name, handler, input, output, options)
        if handler is not None:
            raise DefinitionError(f"service {name!r} has steps and a handler: give one of them")
        check_option(f"steps of service {name!r}", steps, (list, tuple), "a list of steps")
        said = self._failing(name, {"input": input, "output": output, **options})
        document = {
            "name": name,
            **{key: value for key, value in said.items() if value is not None},
            "steps": list(steps),
        }
        declared = define_declared(self._do.registry, document, service=True)
        return _service(self._do, declared.name, declared.version)

    def _failing(self, name: str, said: dict[str, Any]) -> dict[str, Any]:
        """What is said of a service with steps, its ``on_failure`` as a definition says it."""
        given = said.pop("on_failure", None)
        version = str(said.get("version") or "1")
        handler = failure_handler(self._do.registry, given, kind="service", name=name, version=version)
        if handler is None:
            return said
        handling = said.get("errorHandling") or {}
        if "onFailure" in handling:
            raise DefinitionError(f"service {name!r} has on_failure= and errorHandling.onFailure: give one of them")
        return {**said, "errorHandling": {**handling, "onFailure": failure_steps(self._do.registry, handler)}}

    def _by_handler(self, name: str, handler: Handler | None, input: Any, output: Any, options: dict[str, Any]) -> Any:  # noqa: A002
        def define(function: Handler) -> Service:
            types = {"input": _type(input, name), "output": _type(output, name)}
            definition = define_handler(self._do.registry, name, function, **types, **options, is_service=True)
            return _service(self._do, definition.name, definition.version)

        return define if handler is None else define(handler)


def _service(do: Do, name: str, version: str) -> Service:
    """A defined one: it stands for its version, also where there is a later."""
    reference = f"{name}@{version}"
    return Service(do, name if version == FIRST else reference, reference)


def _type(said: Any, service: str) -> Any:
    """A type, of a type or a schema."""
    if said is None:
        return Any
    if isinstance(said, type):
        return said
    from dosdk_temporal._pure.schemas.doors import as_schema  # noqa: PLC0415 - pydantic, when it is needed
    from dosdk_temporal._pure.schemas.typed import type_of  # noqa: PLC0415

    faults: list[str] = []

    def report(path: Any, message: str, hint: str | None = None, *, severity: str = "error") -> None:
        if severity == "error":
            faults.append(f"{'.'.join(map(str, path))}: {message}" + (f" ({hint})" if hint else ""))

    schema = as_schema(said, report)
    if schema is None:
        raise DefinitionError(f"the schema of service {service!r} cannot be meant: {'; '.join(faults)}")
    return type_of(schema)
