"""Pure: what is for ``async with`` only, told to who writes ``with``."""

from __future__ import annotations

from typing import ClassVar, NoReturn

from dosdk_temporal.errors import DefinitionError

__all__ = ["AsyncWith"]


class AsyncWith:
    """Something for ``async with``; Python's own error for a plain ``with`` does not say what to write."""

    spelled: ClassVar[str]
    """How users write it."""

    def __enter__(self) -> NoReturn:
        raise DefinitionError(f"{self.spelled} is entered by 'async with': write 'async with {self.spelled}:'")

    def __exit__(self, *_: object) -> None:
        """Never reached; without it Python does not ask for the other."""
