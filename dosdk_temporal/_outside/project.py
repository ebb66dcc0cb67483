"""Outside: the folder in which a project keeps the data of its development server and its database."""

from __future__ import annotations

from pathlib import Path

from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["FOLDER", "data_folder", "prepare_folder"]

FOLDER = ".dosdk"


def data_folder(start: Path) -> Path:
    """``.dosdk`` of the nearest folder upward with a ``pyproject.toml`` or a ``.dosdk``, else of ``start`` itself."""
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file() or (folder / FOLDER).is_dir():
            return folder / FOLDER
    return start / FOLDER


def prepare_folder(folder: Path) -> None:
    """Make the folder, readable for this user alone, and have git pass it over.

    Raises:
        ServerUnavailableError: when it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
    except OSError as error:
        raise ServerUnavailableError(
            f"the data folder {str(folder)!r} cannot be used ({error.strerror}): start where you may write"
        ) from None
