"""Outside: the files that ``dosdk validate`` was given, checked together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dosdk_temporal._pure.declarative.loading import Checked
from dosdk_temporal._pure.declarative.several import check_several
from dosdk_temporal._pure.definition_files import is_definition_file
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal.errors import NotFoundError

__all__ = ["check_files"]


def check_files(paths: Sequence[str], registry: Registry) -> list[Checked]:
    """What is to be said of each file; they may call each other's workflows.

    Args:
        paths: files, and folders whose files, at any depth, are meant.
        registry: whose functions and workflows they may call.

    Raises:
        NotFoundError: when a path is nothing, or a folder has no definitions.
    """
    files = list(dict.fromkeys(file for path in paths for file in _files(Path(path))))
    return check_several(files, registry)


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise NotFoundError(f"there is no file or folder {str(path)!r} in {Path.cwd()}")
    if not path.is_dir():
        yield path
        return
    found = sorted(file for file in path.rglob("*") if is_definition_file(file.name) and file.is_file())
    if not found:
        raise NotFoundError(f"the folder {str(path)!r} has no definitions: their files end in .yaml, .yml or .json")
    yield from found
