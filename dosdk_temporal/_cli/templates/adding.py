"""Outside: writing a template's definition into a project."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from dosdk_temporal._cli.templates.template import Filled
from dosdk_temporal.errors import ConflictError, InputError

__all__ = ["usual_folder", "write_definition"]

_USUAL: Final = Path("workflows/definitions")
_STRANGE: Final = re.compile(r"[^\w.@-]+")


def usual_folder() -> Path:
    """Where definitions are in projects laid out like ours; else here."""
    return _USUAL if _USUAL.is_dir() else Path()


def write_definition(filled: Filled, folder: Path, *, force: bool) -> Path:
    """Write the definition under its workflow's name; the folder is made where there is none.

    Args:
        filled: the definition.
        folder: where to.
        force: whether a file that is there already is replaced.

    Raises:
        ConflictError: when the file is there already.
        InputError: when it cannot be written.
    """
    path = folder / f"{_STRANGE.sub('-', filled.definition.name)}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(filled.text)
    except FileExistsError:
        raise ConflictError(
            f"the file {str(path)!r} is there already: --force replaces it, --set name=… gives this one another name"
        ) from None
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be written: {error.strerror}") from None
    return path
