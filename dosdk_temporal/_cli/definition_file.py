"""Outside: the file of a definition that a command was given."""

from __future__ import annotations

from pathlib import Path

from dosdk_temporal.errors import InputError, NotFoundError

__all__ = ["definition_file"]


def definition_file(given: str) -> Path:
    """The path, when there is something to read.

    Raises:
        NotFoundError: when nothing is there.
        InputError: when it is a folder.
    """
    path = Path(given)
    if path.is_dir():
        raise InputError(f"{given!r} is a folder: name one definition in it, a .yaml, .yml or .json file")
    if not path.exists():  # a pipe will do, too
        raise NotFoundError(f"there is no file {given!r} in {Path.cwd()}")
    return path
