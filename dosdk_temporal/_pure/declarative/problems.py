"""Pure: the faults of one definition as they are found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from dosdk_temporal._pure.declarative.document import Document
from dosdk_temporal._pure.declarative.problem import Path, Problem, Severity, path_text

__all__ = ["EnoughError", "Problems", "until_enough"]

_MOST: Final = 200
"""Errors, and warnings, that are told of one definition: whoever made more wants to see the first ones."""


class EnoughError(Exception):
    """So many errors are found that looking for more helps nobody."""


@dataclass(frozen=True)
class _Found:
    code: str
    path: Path
    message: str
    severity: Severity
    hint: str | None
    on_key: bool
    offset: int
    at: int | None

    def place(self, document: Document) -> tuple[int, int] | None:
        """Line and column, as far as the document knows them."""
        if self.at is not None:
            return document.line_and_column(self.at)
        return document.place(self.path, on_key=self.on_key, offset=self.offset)


class Problems:
    """Collects faults; they get their places when all are found."""

    def __init__(self) -> None:
        self._found: list[_Found] = []
        self._seen: set[tuple[str, Path, str]] = set()
        self._spoilt: set[Path] = set()
        self._spellings: dict[Path, str] = {}

    def error(self, code: str, path: Path, message: str, hint: str | None = None, **where: Any) -> None:
        """Note what refuses the definition.

        Args:
            code: what kind of fault.
            path: where it is.
            message: what is wrong.
            hint: what to do.
            **where: ``on_key=True`` where its place is the key and not the value; ``offset=`` within a text value, in
                characters; ``at=`` an offset in the document, which decides alone.

        Raises:
            EnoughError: when it is one too many.
        """
        self._note(code, path, message, "error", hint, **where)

    def warning(self, code: str, path: Path, message: str, hint: str | None = None, **where: Any) -> None:
        """Note what does not refuse it; see :meth:`error`."""
        self._note(code, path, message, "warning", hint, **where)

    def spelt(self, path: Path, written: str) -> None:
        """Say that the value of this path stands under another word: ``action`` for ``function``."""
        self._spellings[path] = written

    def as_written(self, path: Path) -> Path:
        """The path with the words that stand in the text."""
        return tuple(self._spellings.get(path[: i + 1], key) for i, key in enumerate(path)) if self._spellings else path

    def spoil(self, path: Path) -> None:
        """Tell nothing more of this value: what could not be read has no further faults."""
        self._spoilt.add(path)

    @property
    def refuses(self) -> bool:
        """Whether one of them refuses the definition."""
        return any(found.severity == "error" for found in self._found)

    def located(self, document: Document) -> tuple[Problem, ...]:
        """All of them with their places, in the order of the text."""
        placed = [(found.place(document), found) for found in self._found]
        placed.sort(key=lambda item: item[0] or (0, 0))
        # A text that ends in a syntax error may have shown the same fault before it did.
        seen = {(place, found.code) for place, found in placed if place and found.path}
        placed = [(place, found) for place, found in placed if found.path or (place, found.code) not in seen]
        return tuple(
            Problem(
                code=found.code,
                path=path_text(found.path),
                message=found.message,
                severity=found.severity,
                file=document.file,
                line=place[0] if place else None,
                column=place[1] if place else None,
                hint=found.hint,
            )
            for place, found in placed
        )

    def _note(
        self,
        code: str,
        path: Path,
        message: str,
        severity: Severity,
        hint: str | None,
        *,
        on_key: bool = False,
        offset: int = 0,
        at: int | None = None,
    ) -> None:
        path = self.as_written(path)
        key = (code, path, message)
        if key in self._seen or any(path[:length] in self._spoilt for length in range(len(path) + 1)):
            return
        if sum(found.severity == severity for found in self._found) >= _MOST:
            if severity == "warning":
                return  # many warnings are no reason to look for errors no longer
            raise EnoughError
        self._seen.add(key)
        self._found.append(_Found(code, path, message, severity, hint, on_key, offset, at))


@contextmanager
def until_enough() -> Iterator[None]:
    """A span of checks that ends early when enough is found."""
    try:
        yield
    except EnoughError:
        return
