"""Outside: what shows a thing as it goes on."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self, TypeVar

__all__ = ["Showing", "Unframed"]

T_contra = TypeVar("T_contra", contravariant=True)


class Showing(Protocol[T_contra]):
    """Is told how a thing stands, and shows what is new."""

    def __enter__(self) -> Self:
        """Begin to show."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave what was shown last."""
        ...

    def show(self, now: T_contra, /) -> None:
        """Show how it stands now."""
        ...


class Unframed:
    """What needs neither a beginning nor an end: it writes, and nothing is redrawn."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return
