"""Pure: what a project defines: actions and workflows as plain records."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from dosdk_temporal._pure.failing import FailureHandler
from dosdk_temporal._pure.free_text import check_free_text
from dosdk_temporal._pure.limits import check_max_concurrent
from dosdk_temporal._pure.names import check_name, check_version
from dosdk_temporal._pure.option_types import check_annotation, check_flag
from dosdk_temporal._pure.options import Options, merge
from dosdk_temporal._pure.signature import HandlerSignature, check_input
from dosdk_temporal._pure.transactions import check_transaction
from dosdk_temporal._pure.trigger import check_trigger
from dosdk_temporal._pure.values import decode
from dosdk_temporal._pure.versioning import check_versioning
from dosdk_temporal.errors import DefinitionError, InputError

__all__ = ["ActionDefinition", "Definition", "Registered", "WorkflowDefinition", "needs_a_run"]


class Registered(Protocol):
    """What a registry holds under a name and version."""

    @property
    def name(self) -> str:
        """By which it is called."""

    @property
    def version(self) -> str:
        """Numbers and dots; the highest is the latest."""

    @property
    def where(self) -> str:
        """Where it is written, for people."""

    @classmethod
    def kind(cls) -> str:
        """The word for it in messages."""

    def prepare(self) -> None:
        """Build what the first call would build."""

    def replaces(self, other: object) -> bool:
        """Whether this is the other again."""

    def clash(self, other: Registered) -> DefinitionError:
        """The error that another one has its name and version."""


@dataclass(frozen=True)
class Definition:
    """What actions and workflows share.

    Attributes:
        name: by which it is called, unique together with the version.
        handler: the function that does it.
        description: for people.
        version: numbers and dots; the highest is the latest.
    """

    name: str
    handler: Callable[..., Any]
    description: str = ""
    version: str = "1"

    def __post_init__(self) -> None:
        check_name(self.name, self.kind())
        object.__setattr__(self, "version", check_version(self.version))
        try:
            check_free_text(self.description, f"the description of {self.kind()} {self.name!r}")
        except InputError as error:
            raise DefinitionError(str(error)) from None

    @classmethod
    def kind(cls) -> str:
        """The word for it in messages."""
        return "definition"

    @cached_property
    def signature(self) -> HandlerSignature:
        """What the handler takes and gives."""
        return HandlerSignature(self.handler, f"{self.kind()} {self.name!r}")

    def prepare(self) -> None:
        """Build what the first call would build, so that what is wrong shows at start-up."""
        self.signature.prepare()

    @cached_property
    def source(self) -> tuple[str, str, int]:
        """Where the handler is written: file, qualified name, first line. Alike for one module under two names."""
        function = self.handler
        while isinstance(function, functools.partial):
            function = function.func
        if not hasattr(function, "__qualname__"):  # an object that can be called is known by its class
            function = type(function).__call__
        code = getattr(inspect.unwrap(function), "__code__", None)
        if code is None:
            return getattr(function, "__module__", None) or "builtins", function.__qualname__, id(function)
        return code.co_filename, function.__qualname__, code.co_firstlineno

    @property
    def where(self) -> str:
        """Where it is written, for people."""
        file, name, line = self.source
        return f"{name} ({file}:{line})"

    def replaces(self, other: object) -> bool:
        """Whether this is the other's handler again: reloaded, imported twice, or a notebook's cell run anew."""
        if not isinstance(other, Definition):
            return False
        mine, theirs = self.source, other.source
        if mine == theirs:
            return True
        typed_in = not Path(mine[0]).exists() and not Path(theirs[0]).exists()
        return typed_in and mine[1] == theirs[1] and not mine[0].startswith("<frozen")

    def clash(self, other: Registered) -> DefinitionError:
        """The error that another one has its name and version."""
        return DefinitionError(
            f"the {self.kind()} name {self.name!r} is taken by {other.where}: choose another name, or give another version="
        )


@dataclass(frozen=True)
class ActionDefinition(Definition):
    """One atomic action.

    Attributes:
        options: of its attempts; what is left out comes from the workflow or the defaults.
        local: whether it runs within the workflow's own task: for short, idempotent work.
        max_concurrent: how many run at once in one worker; None for no limit.
        compensation: the name of the action that undoes a step of it, perhaps with a version; None for none.
        on_failure: who is told when it has failed for good; None for nobody.
        database: the name of the one that its transaction is on; None for the SDK's own.
    """

    options: Options = field(default_factory=Options)
    local: bool = False
    max_concurrent: int | None = None
    compensation: str | None = None
    on_failure: FailureHandler | None = None
    database: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_flag(f"local of action {self.name!r}", self.local)
        check_max_concurrent(self.max_concurrent, self.name, local=self.local)
        self.signature  # noqa: B018 - reading it refuses what inputs cannot name
        check_transaction(self.signature, self.database)

    def prepare(self) -> None:
        """See the base class."""
        super().prepare()
        check_transaction(self.signature, self.database)

    @classmethod
    def kind(cls) -> str:
        """See the base class."""
        return "action"


@dataclass(frozen=True)
class WorkflowDefinition(Definition):
    """One workflow whose handler is Python.

    Attributes:
        trigger: what starts it besides a direct call, as declared.
        input: the type that its payload is validated as; Any takes everything.
        output: the type that its result is decoded as; Any leaves it plain.
        options: the defaults of its steps.
        timeout: of the whole run, in seconds; None for no limit.
        is_service: whether it is called as a service.
        versioning: whether its runs stay with the build of the workers that began them: ``pinned`` or ``auto_upgrade``.
        on_failure: who is told when a run has failed; None for nobody.
    """

    trigger: Mapping[str, Any] = field(default_factory=dict)
    input: Any = Any
    output: Any = Any
    options: Options = field(default_factory=Options)
    timeout: float | None = None
    is_service: bool = False
    versioning: str = "auto_upgrade"
    on_failure: FailureHandler | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "trigger", check_trigger(self.trigger, self.name))
        check_versioning(self.versioning, self.name)
        for option in ("input", "output"):
            check_annotation(f"{option} of workflow {self.name!r}", getattr(self, option))
        if not self.signature.is_async:
            raise DefinitionError(
                f"the handler of workflow {self.name!r} is not async: write 'async def', it awaits its actions"
            )
        kinds = [parameter.kind for parameter in inspect.signature(self.handler).parameters.values()]
        if kinds != [inspect.Parameter.POSITIONAL_OR_KEYWORD]:
            raise DefinitionError(f"the handler of workflow {self.name!r} takes exactly one parameter, the trigger")

    @classmethod
    def kind(cls) -> str:
        """See the base class."""
        return "workflow"

    @property
    def result_type(self) -> Any:
        """The type of its result: declared, else annotated, else Any."""
        return self.signature.result_type if self.output is Any else self.output

    def payload(self, data: bytes) -> Any:
        """What its trigger carries, of an input's JSON.

        Raises:
            InputError: naming every field that does not fit.
        """
        owner = f"{'service' if self.is_service else 'workflow'} {self.name!r}"
        return decode(data, Any, owner) if self.input is Any else check_input(data, self.input, owner)

    def prepare(self) -> None:
        """See the base class."""
        from dosdk_temporal._pure.values import adapter_for  # noqa: PLC0415 - pydantic, only when it is needed

        owner = f"workflow {self.name!r}"
        for annotation in (self.input, self.result_type):
            adapter_for(annotation, owner)
        if "schedule" in self.trigger and self.input is not Any:
            try:
                check_input(b"{}", self.input, owner)
            except InputError as error:
                raise DefinitionError(
                    f"the schedule that {owner} declares gives it no input, and it needs one ({error.message}): "
                    "give its fields defaults, or use do.workflows.schedule(name, input=...) instead",
                    problems=error.problems,
                ) from None


def needs_a_run(definition: ActionDefinition | None, call: Options) -> bool:
    """Whether an action that is called by itself needs a run around it, for what follows its last attempt.

    Args:
        definition: the action's; None where it is not known here.
        call: what the call says of its attempts.
    """
    if definition is None:
        return merge(call).retry.holds
    follows = definition.on_failure is not None or definition.compensation is not None
    return follows or merge(definition.options, call).retry.holds
