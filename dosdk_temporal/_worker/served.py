"""Outside: what a worker serves, in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from dosdk_temporal._pure.registry import Registry

__all__ = ["what_it_holds"]

_SHOWN: Final = 8
"""Names of a kind that are told; a line is for reading."""


def what_it_holds(registry: Registry) -> str:
    """``2 actions (charge, pack), 1 workflow (buy)``; empty where nothing is defined. Versions of one name count once."""
    return ", ".join(_parts(registry))


def _parts(registry: Registry) -> Iterator[str]:
    flows = list(registry.workflows)
    yield from _part("action", (action.name for action in registry.actions))
    yield from _part("workflow", (flow.name for flow in flows if not flow.is_service))
    yield from _part("service", (flow.name for flow in flows if flow.is_service))


def _part(kind: str, given: Iterable[str]) -> Iterator[str]:
    names = list(dict.fromkeys(given))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    if names:
        yield f"{len(names)} {kind}{'s' if len(names) > 1 else ''} ({', '.join(names[:_SHOWN])}{more})"
