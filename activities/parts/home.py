"""Where this project keeps its files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

__all__ = ["home"]

_FOLDER: Final = ".dosdk"


def home() -> Path:
    """The folder of the business' database and outbox, made when it does not exist.

    It is what ``DO_HOME`` names; else ``.dosdk`` of the nearest folder upward that holds a ``pyproject.toml`` or a
    ``.dosdk``; else ``.dosdk`` of the working directory.
    """
    given = os.environ.get("DO_HOME")
    folder = Path(given).expanduser().absolute() if given else _root() / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _root() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "pyproject.toml").is_file() or (folder / _FOLDER).is_dir():
            return folder
    return here
