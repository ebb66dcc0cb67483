"""Outside: loading what a worker serves: modules, by name or by file, and files of definitions."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Final

from dosdk_temporal._pure.definition_files import is_definition_file
from dosdk_temporal._pure.places import where_raised
from dosdk_temporal._pure.registry import DEFAULT_REGISTRY, Registry
from dosdk_temporal._worker.definition_files import load_definition_files
from dosdk_temporal.errors import DefinitionError, NotFoundError

__all__ = ["load_modules"]

_LOOP_RUNS: Final = (
    "cannot be called from a running event loop",
    "event loop is already running",
    "while another loop is running",
)
"""What asyncio says where a program is run within another."""


def load_modules(modules: tuple[str | ModuleType, ...], registry: Registry = DEFAULT_REGISTRY) -> list[ModuleType]:
    """Import modules: ``package.module``, ``path/to/file.py``, or modules already imported; and load ``path/to/flow.yaml``.

    The current folder can be imported from, as with ``python -m``. Definitions come last: they call what modules define.

    Args:
        modules: names and files, in any order.
        registry: where definitions go; modules say by themselves where theirs do.

    Raises:
        NotFoundError: when there is no such module or file.
        DefinitionError: when importing a module raises, naming the line, or runs its program; or a definition has faults, each
            with its place.
    """
    files = [module for module in modules if isinstance(module, str) and is_definition_file(module)]
    imported = [
        module if isinstance(module, ModuleType) else _load(module) for module in modules if module not in files
    ]
    load_definition_files(files, registry)
    return imported


def _load(name: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    as_file = name.endswith(".py")
    if as_file and not Path(name).is_file():
        raise NotFoundError(f"there is no file {name!r} in {here}")
    try:
        return _load_file(Path(name).resolve()) if as_file else importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not as_file and error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise NotFoundError(
                f"there is no module {name!r}: give a name that 'python -c \"import {name}\"' can import here, or a file.py"
            ) from None
        raise _failed(name, error) from error
    except DefinitionError as error:
        error.message += _at(error)
        raise
    except Exception as error:
        if isinstance(error, RuntimeError) and any(words in str(error) for words in _LOOP_RUNS):
            _close_unbegun(error)
            raise DefinitionError(
                f"{name!r} runs its program when it is imported{_at(error)}: put that under if __name__ == '__main__':, so that "
                "what it defines can be loaded"
            ) from error
        raise _failed(name, error) from error


def _load_file(path: Path) -> ModuleType:
    name = path.stem
    held = sys.modules.get(name)
    if held is not None and getattr(held, "__file__", None) == str(path):
        return held
    if held is not None or not name.isidentifier():
        name = f"_dosdk_file_{abs(hash(path)):x}"
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise NotFoundError(f"{str(path)!r} cannot be imported as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _close_unbegun(error: BaseException) -> None:
    """Close the coroutine that could not be run; Python would warn, far from here, that nobody awaited it."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        for value in frame.f_locals.values():
            if inspect.iscoroutine(value) and inspect.getcoroutinestate(value) == inspect.CORO_CREATED:
                value.close()


def _failed(name: str, error: Exception) -> DefinitionError:
    return DefinitionError(f"importing {name!r} failed: {type(error).__name__}: {error}{_at(error)}")


def _at(error: BaseException) -> str:
    place = where_raised(error)
    return f" ({place})" if place else ""
