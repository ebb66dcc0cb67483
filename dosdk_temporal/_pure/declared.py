"""Pure: a declarative workflow or service, as a registry holds it and a run carries it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any, Final

from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.references import references
from dosdk_temporal._pure.definitions import Registered
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.options import Options
from dosdk_temporal._pure.trigger import check_trigger
from dosdk_temporal._pure.values import decode
from dosdk_temporal.errors import DefinitionError

__all__ = ["DeclaredWorkflow", "declared_of"]

_SHOWN: Final = 40
"""Lines of a difference that a message shows."""


class DeclaredWorkflow:
    """A checked definition under its name.

    Args:
        definition: the definition.
        where: where it is written, for people.
    """

    result_type: Any = Any
    """Results are plain JSON."""

    def __init__(self, definition: Definition, where: str = "a mapping") -> None:
        self.definition = definition
        self.where = f"the definition of {where}"
        self.name, self.version, self.description = definition.name, definition.version, definition.description
        self.text, self.hash = definition.text, definition.hash

    def __repr__(self) -> str:
        return f"<declared {self.owner}>"

    @classmethod
    def kind(cls) -> str:
        """The word for it in messages."""
        return "workflow"

    @property
    def is_service(self) -> bool:
        """Whether it is called as a service."""
        return self.definition.is_service

    @property
    def owner(self) -> str:
        """What it is, with its name, for messages."""
        return f"{'service' if self.is_service else 'workflow'} {self.name!r}"

    @cached_property
    def trigger(self) -> Mapping[str, Any]:
        """What starts it besides a direct call, as a handler's workflow declares it."""
        declared = self.definition.trigger
        told = {key: value for key, value in vars(declared).items() if value is not None} if declared else None
        return check_trigger(told, self.name)

    @cached_property
    def options(self) -> Options:
        """The defaults of its steps."""
        return Options.of(retry=self.definition.retry)

    @cached_property
    def calls(self) -> tuple[tuple[str, str], ...]:
        """What it calls: ``function`` or ``workflow``, and the name, each once."""
        return tuple(dict.fromkeys((kind, name) for kind, _, name in references(self.definition.form)))

    @property
    def timeout(self) -> float | None:
        """Of the whole run, in seconds; None for no limit."""
        return self.definition.timeout.total_seconds() if self.definition.timeout else None

    def payload(self, data: bytes) -> Any:
        """Its input, of its JSON, with defaults filled in; nothing given stands for ``{}``.

        Raises:
            InputError: naming every field that does not fit.
        """
        given = decode(data, Any, self.owner) if data not in (b"", b"null") else {}
        schema = self.definition.input
        return given if schema is None else schema.check(given, f"the input of {self.owner}")

    def notifications(self, facts: CallFacts) -> dict[str, list[str]]:
        """Whom a run tells, by moment: those that the definition names, and those of whoever started it."""
        if facts.portion:
            return {}
        both = (self.definition.notifications, facts.notifications)
        moments = dict.fromkeys(moment for told in both for moment in told)
        return {moment: list(dict.fromkeys(to for told in both for to in told.get(moment, ()))) for moment in moments}

    def prepare(self) -> None:
        """Nothing: what its checks found was told when it was read."""

    def replaces(self, other: object) -> bool:
        """Whether this is the same text again."""
        return isinstance(other, DeclaredWorkflow) and other.hash == self.hash

    def clash(self, other: Registered) -> DefinitionError:
        """The error that the name and version stand for something else, with what differs."""
        if not isinstance(other, DeclaredWorkflow):
            return DefinitionError(f"the name {self.name!r} is taken by {other.where}: choose another name")
        return DefinitionError(
            f"{self.owner} in version {self.version} is defined with another text: what a version says never changes, so give "
            f"this one a new version. What differs between {other.where} and {self.where}:\n"
            f"{_difference(other.definition, self.definition)}"
        )


@lru_cache(maxsize=256)
def declared_of(text: str) -> DeclaredWorkflow:
    """The workflow of a text that a run carries.

    Raises:
        DefinitionError: when it is none.
    """
    try:
        form = json.loads(text)
        return DeclaredWorkflow(Definition.of(form), "the run")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DefinitionError(f"what the run carries as its definition is none: {error}") from None


def _difference(before: Definition, after: Definition) -> str:
    old, new = (
        json.dumps(one.form, indent=2, sort_keys=True, ensure_ascii=False).splitlines() for one in (before, after)
    )
    lines = list(difflib.unified_diff(old, new, "before", "now", lineterm="", n=2))
    more = [f"... {len(lines) - _SHOWN} more lines"] if len(lines) > _SHOWN else []
    return "\n".join([*lines[:_SHOWN], *more])
