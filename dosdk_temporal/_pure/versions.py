"""Pure: versions of actions and workflows: what to say of one that does not exist."""

from __future__ import annotations

from typing import Any, Final, Literal

from dosdk_temporal._pure.registry import Shelf
from dosdk_temporal.errors import NotFoundError

__all__ = ["FIRST", "advice", "check_exists"]

FIRST: Final = "1"
"""The version of what says none."""


def check_exists(shelf: Shelf[Any], kind: Literal["action", "workflow"], name: str, version: str | None) -> None:
    """Refuse a version that nobody has, as far as this process knows: where it has the name in others.

    A name that it does not know at all may be known to the workers.

    Raises:
        NotFoundError: naming the versions that there are.
    """
    versions = shelf.versions(name)
    if version is not None and versions and all(version != definition.version for definition in versions):
        one = f"{'an' if kind == 'action' else 'a'} {kind} named {name!r} in version {version}"
        error = NotFoundError(f"no module here has {one}: {advice(shelf, name, '')}")
        setattr(error, kind, name)
        raise error


def advice(shelf: Shelf[Any], reference: str, otherwise: str) -> str:
    """What to do about a reference that a shelf does not hold.

    Args:
        shelf: where it was looked for.
        reference: a name, or ``name@version``.
        otherwise: what to say where nothing there is like it.
    """
    name = reference.partition("@")[0]
    known = [f"'{name}@{definition.version}'" for definition in shelf.versions(name)]
    if known:
        return f"there {'is' if len(known) == 1 else 'are'} {' and '.join(known)}"
    near = shelf.similar(name)
    return f"did you mean {near!r}?" if near else otherwise
