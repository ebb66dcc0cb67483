"""Pure: the names a project has defined."""

from __future__ import annotations

import difflib
from collections import ChainMap
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from dosdk_temporal._pure.definitions import ActionDefinition, Registered, WorkflowDefinition
from dosdk_temporal._pure.names import version_order

if TYPE_CHECKING:
    from dosdk_temporal._pure.declared import DeclaredWorkflow

__all__ = ["DEFAULT_REGISTRY", "Registry", "Shelf"]

D = TypeVar("D", bound=Registered)


class Shelf(Generic[D]):
    """Definitions of one kind, by name and version.

    Args:
        base: where a name is looked for that this shelf does not hold; None for nowhere.
    """

    def __init__(self, base: Shelf[D] | None = None) -> None:
        self._base = base
        self._versions: dict[str, dict[str, D]] = {}
        self._lock = Lock()

    def add(self, definition: D) -> D:
        """Register a definition; the same one again replaces it.

        Raises:
            DefinitionError: when another has the name and version.
        """
        with self._lock:
            versions = self._versions.setdefault(definition.name, {})
            held = versions.get(definition.version)
            if held is not None and not definition.replaces(held):
                raise definition.clash(held)
            versions[definition.version] = definition
            return definition

    def find(self, reference: str, version: str | None = None) -> D | None:
        """The definition of that name, ``name@version`` for one version, else the latest; None when there is none."""
        name, _, marked = reference.partition("@")
        versions = self._versions.get(name)
        if not versions:
            return self._base.find(reference, version) if self._base else None
        wanted = version or marked
        return versions.get(wanted) if wanted else versions[max(versions, key=version_order)]

    def versions(self, name: str) -> list[D]:
        """All versions of that name, the highest last; empty for an unknown name."""
        own = self._versions.get(name)
        if not own:
            return self._base.versions(name) if self._base else []
        return sorted(own.values(), key=lambda definition: version_order(definition.version))

    def similar(self, name: str) -> str | None:
        """The registered name most like this one, or None when none is near."""
        return next(iter(difflib.get_close_matches(name, {definition.name for definition in self}, n=1)), None)

    def __iter__(self) -> Iterator[D]:
        """All definitions, the base's too, by name and version."""
        own = [definition for versions in self._versions.values() for definition in versions.values()]
        below = [definition for definition in self._base or () if definition.name not in self._versions]
        yield from sorted([*own, *below], key=lambda definition: (definition.name, version_order(definition.version)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Registry:
    """The actions and workflows of a project, by name.

    Definitions go to one default registry unless ``registry=`` says otherwise; a worker serves one registry, also what
    is registered later.

    Args:
        base: whose definitions are seen too, but never changed; None for none.
    """

    def __init__(self, base: Registry | None = None) -> None:
        self.actions: Shelf[ActionDefinition] = Shelf(base.actions if base else None)
        self.workflows: Shelf[WorkflowDefinition | DeclaredWorkflow] = Shelf(base.workflows if base else None)
        self.databases: ChainMap[str, str] = base.databases.new_child() if base else ChainMap()
        """Addresses by name, of databases that actions write; an address may hold a password."""

    def __repr__(self) -> str:
        return f"<Registry of {len(self.actions)} actions and {len(self.workflows)} workflows>"


DEFAULT_REGISTRY: Final = Registry()
"""Where definitions go unless ``registry=`` says otherwise."""
