"""The public surface: a list, and what it promises."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import dosdk_temporal
from dosdk_temporal import errors, testing

CONTRACT = frozenset({
    "Action", "ActionContext", "ActionResult", "Decision", "Do", "Event", "Execution", "ExecutionStatus", "Registry", "Retry",
    "RetryLater", "Schedule", "Secret", "Transaction", "Trigger", "action", "approvals", "client", "datastore", "events",
    "service", "workflow", "workflows", "z",
})  # fmt: skip
SIDES = ("Pure", "Inside", "Wire", "Outside")


def _modules() -> list[str]:
    found = pkgutil.walk_packages(dosdk_temporal.__path__, "dosdk_temporal.")
    return sorted(["dosdk_temporal", *(module.name for module in found)])


def test_the_list() -> None:
    """The package has the contract's names, every error, and nothing else."""
    assert set(dosdk_temporal.__all__) == CONTRACT | set(errors.__all__)


@pytest.mark.parametrize("module", [dosdk_temporal, errors, testing], ids=lambda module: module.__name__)
def test_the_list_is_sorted_and_true(module: ModuleType) -> None:
    """Each list is sorted, names nothing twice, and each name is there."""
    names = list(module.__all__)
    assert names == sorted(set(names))
    assert [name for name in names if not hasattr(module, name)] == []


def test_a_star_import_gives_the_list() -> None:
    """``from dosdk_temporal import *`` gives exactly the list, what is imported late too."""
    space: dict[str, object] = {}
    exec("from dosdk_temporal import *", space)  # noqa: S102 - the only place where that is allowed is here
    assert set(space) - {"__builtins__"} == set(dosdk_temporal.__all__)


def test_nothing_private_leaks() -> None:
    """No public name of the package is missing from the list, but for its own modules."""
    space = subprocess.run(
        [sys.executable, "-c", "import dosdk_temporal; print(*vars(dosdk_temporal))"],
        check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    extra = {name for name in space if not name.startswith("_")} - set(dosdk_temporal.__all__)
    assert extra == {"TYPE_CHECKING", "Any", "annotations", "default_do", "errors"}


@pytest.mark.parametrize("name", sorted({*dosdk_temporal.__all__}))
def test_every_public_object_is_described(name: str) -> None:
    """Every public class and object has a docstring, and so has every public method of a class."""
    thing = getattr(dosdk_temporal, name)
    cls = thing if inspect.isclass(thing) else type(thing)
    assert inspect.getdoc(cls)
    public = {key: value for key, value in vars(cls).items() if not key.startswith("_")}
    described = {
        key: inspect.getdoc(value) for key, value in public.items() if callable(value) or isinstance(value, property)
    }
    assert [key for key, text in described.items() if not text] == []


@pytest.mark.parametrize("name", _modules())
def test_every_module_says_its_side(name: str) -> None:
    """The first word of every module's docstring is the side it is on."""
    path = Path(*name.split("."))
    root = Path(dosdk_temporal.__file__).parents[1]
    file = root / path / "__init__.py" if (root / path).is_dir() else root / path.with_suffix(".py")
    text = file.read_text().lstrip()
    assert not text or text.startswith(tuple(f'"""{side}:' for side in SIDES))


@pytest.mark.parametrize("name", [n for n in _modules() if not n.endswith("__main__") and "_cli" not in n])
def test_every_module_lists_what_it_gives(name: str) -> None:
    """Every module that gives anything has an ``__all__`` that names what is there."""
    module = importlib.import_module(name)
    if not any(getattr(value, "__module__", None) == name for value in vars(module).values()):
        return
    assert [given for given in module.__all__ if not hasattr(module, given)] == []


def test_importing_costs_little() -> None:
    """Importing the package imports neither temporalio nor pydantic, and starts nothing."""
    code = (
        "import sys, threading, dosdk_temporal;"
        "print([m for m in ('temporalio', 'pydantic', 'structlog', 'pytest', 'sqlalchemy') if m in sys.modules],"
        " threading.active_count())"
    )
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - written above
    assert shown == "[] 1\n"


def test_a_name_that_does_not_exist() -> None:
    """A name that the package has not is an AttributeError that names both."""
    with pytest.raises(AttributeError) as refused:
        _ = dosdk_temporal.Nope
    assert str(refused.value) == "module 'dosdk_temporal' has no attribute 'Nope'"


@pytest.mark.parametrize("name", errors.__all__)
def test_the_tree_of_errors(name: str) -> None:
    """Every error is a DoError, drawn in the module's docstring, says what it is and whether it is tried again."""
    cls = getattr(errors, name)
    error = cls("said")
    assert issubclass(cls, errors.DoError)
    assert f"{name} " in f"{errors.__doc__} " or f"{name}\n" in str(errors.__doc__)
    assert (str(error), error.message, error.type) == ("said", "said", name)
    assert [error.action, error.workflow, error.step, error.attempts, error.execution_id] == [None] * 5
    assert error.retryable is (name in {"ActionError", "ActionTimeoutError"})
