"""The names a project has defined."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosdk_temporal import DefinitionError, Registry
from dosdk_temporal._pure.definitions import ActionDefinition
from dosdk_temporal._pure.names import version_order
from dosdk_temporal._pure.registry_check import check_registry

VERSIONS = st.lists(st.integers(0, 30), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))


def charge(order_id: str) -> None: ...
def refund(order_id: str) -> None: ...


def _registry(*names: str) -> Registry:
    registry = Registry()
    for name in names:
        bare, _, version = name.partition("@")
        registry.actions.add(ActionDefinition(bare, charge, version=version or "1"))
    return registry


def _shown(definition: Any) -> str | None:
    return definition and f"{definition.name}@{definition.version}"


@pytest.mark.parametrize(
    ("reference", "version", "found"),
    [
        ("charge", None, "charge@10"),
        ("charge@9", None, "charge@9"),
        ("charge@2.1", None, "charge@2.1"),
        ("charge", "9", "charge@9"),
        ("charge@9", "10", "charge@10"),
        ("charge@7", None, None),
        ("charge", "7", None),
        ("refund", None, None),
        ("", None, None),
    ],
)
def test_finding(reference: str, version: str | None, found: str | None) -> None:
    """A name is found in the version asked for, else in the highest by number; what is not there is None."""
    registry = _registry("charge@9", "charge@10", "charge@2.1", "mail")
    assert _shown(registry.actions.find(reference, version)) == found


def test_the_same_handler_replaces_itself() -> None:
    """Defining the same handler again, as a reload does, replaces the definition."""
    registry = _registry("charge")
    again = registry.actions.add(ActionDefinition("charge", charge, description="new"))
    assert (registry.actions.find("charge"), len(registry.actions)) == (again, 1)


def test_another_handler_under_a_used_name() -> None:
    """Another handler under a name is refused with where the first one stands; another version is not."""
    registry = _registry("charge")
    with pytest.raises(DefinitionError) as refused:
        registry.actions.add(ActionDefinition("charge", refund))
    registry.actions.add(ActionDefinition("charge", refund, version="2"))
    assert str(refused.value) == (
        f"the action name 'charge' is taken by charge ({__file__}:{charge.__code__.co_firstlineno}): "
        "choose another name, or give another version="
    )
    assert [definition.handler for definition in registry.actions] == [charge, refund]


def test_a_registry_upon_another() -> None:
    """A registry sees its base's names, its own first, and never changes the base."""
    base = _registry("charge", "charge@2", "mail")
    registry = Registry(base=base)
    registry.actions.add(ActionDefinition("charge", refund))
    assert [_shown(definition) for definition in registry.actions] == ["charge@1", "mail@1"]
    assert (registry.actions.find("charge"), registry.actions.find("charge@2")) == (next(iter(registry.actions)), None)
    base.actions.add(ActionDefinition("later", charge))
    assert (_shown(registry.actions.find("later")), len(base.actions)) == ("later@1", 4)
    assert repr(registry) == "<Registry of 3 actions and 0 workflows>"


@pytest.mark.parametrize(
    ("asked", "similar"),
    [
        ("send-welcome-mail", "send-welcome-email"),
        ("chrage", "charge"),
        ("charge", "charge"),
        ("zzz", None),
        ("", None),
    ],
)
def test_the_name_that_was_meant(asked: str, similar: str | None) -> None:
    """A misspelt name is answered with the nearest one, where one is near."""
    assert _registry("charge", "charge@2", "send-welcome-email").actions.similar(asked) == similar


def test_nothing_is_near_in_an_empty_registry() -> None:
    """An empty registry holds nothing and is near to nothing."""
    registry = Registry()
    assert (list(registry.actions), registry.actions.similar("charge"), registry.workflows.find("w")) == (
        [],
        None,
        None,
    )


def test_all_is_built_at_the_start() -> None:
    """Preparing a registry finds the first definition that cannot be validated."""

    def handler(order: Nowhere) -> None: ...  # type: ignore[name-defined] # noqa: F821

    registry = _registry("a")
    registry.actions.add(ActionDefinition("broken", handler))
    with pytest.raises(DefinitionError) as refused:
        check_registry(registry)
    assert str(refused.value) == (
        "an annotation of the handler of action 'broken' cannot be resolved: name 'Nowhere' is not defined"
    )


@given(st.lists(VERSIONS, min_size=1, max_size=8, unique_by=version_order))
def test_versions_stand_in_their_order(versions: list[str]) -> None:
    """However versions come, they are listed by their numbers and the last of them is the latest."""
    registry = _registry(*(f"charge@{version}" for version in versions))
    ordered = sorted(versions, key=lambda version: [int(part) for part in version.split(".")])
    assert [definition.version for definition in registry.actions] == ordered
    assert _shown(registry.actions.find("charge")) == f"charge@{ordered[-1]}"
