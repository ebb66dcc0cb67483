"""Pure: where in a team's code an error came from, for one line of a message."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import Final

__all__ = ["is_own", "where_raised"]

_FOREIGN: Final = (str(Path(__file__).parents[1]), str(Path(os.__file__).parent), "<")
"""This package, Python's own library, and code without a file."""


def is_own(file: str) -> bool:
    """Whether a file of code is a team's: neither Python's, nor an installed package's, nor this one's."""
    return not file.startswith(_FOREIGN) and "site-packages" not in file


def where_raised(error: BaseException | None) -> str | None:
    """The deepest line of the traceback that is neither Python's, nor an installed package's, nor this one's; None for none."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    own = [frame for frame in frames if is_own(frame.filename)]
    return f"{own[-1].filename}:{own[-1].lineno}" if own else None
