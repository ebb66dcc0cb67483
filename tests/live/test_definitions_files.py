"""Files of definitions: loaded by programs and by workers, beside modules."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dosdk_temporal import DefinitionError, NotFoundError
from dosdk_temporal.testing import TestDo

Serve = Callable[..., Any]

PARENT = """
name: parent
steps:
  - {id: made, workflow: child, input: {x: 4}}
"""
CHILD = {"name": "child", "steps": [{"id": "a", "function": "double", "input": {"x": "{{ input.x }}"}}]}


@pytest.fixture
def files(tmp_path: Path, do: TestDo) -> tuple[str, str]:
    """A definition in YAML that calls one in JSON, which calls a function of the client's."""
    (tmp_path / "parent.yaml").write_text(PARENT)
    (tmp_path / "child.json").write_text(json.dumps(CHILD))
    do.action.create(name="double", handler=_double)
    return str(tmp_path / "parent.yaml"), str(tmp_path / "child.json")


async def _double(x: int) -> int:
    return 2 * x


async def test_a_worker_loads_files(do: TestDo, files: tuple[str, str]) -> None:
    """A worker takes files of definitions, in any order, and serves them."""
    async with do.worker(*files):
        assert await do.workflows.execute("parent") == 8


async def test_a_program_loads_files(do: TestDo, files: tuple[str, str], serve: Serve) -> None:
    """``load`` gives the workflow; the same file again changes nothing."""
    parent, child = files
    do.workflows.load(child)
    flow = do.workflows.load(Path(parent))
    assert do.workflows.load(parent).id == flow.id == "parent"
    async with serve():
        assert await flow.execute() == 8


async def test_a_file_with_faults(do: TestDo, tmp_path: Path, files: tuple[str, str]) -> None:
    """A worker does not start with a definition that is wrong: the error says where, and nothing of any file is registered."""
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: bad\nsteps:\n  - {id: a, function: dubble}\n")
    with pytest.raises(DefinitionError) as refused:
        async with do.worker(*files, str(bad)):
            pass
    assert str(refused.value) == (
        f"the definition has a fault: {bad}:3:23: no function is named 'dubble' @ $.steps[0].function (did you mean 'double'?)"
    )
    assert [(problem.line, problem.column) for problem in refused.value.problems] == [(3, 23)]
    assert do.registry.workflows.find("parent") is None


async def test_a_file_that_is_not_there(do: TestDo) -> None:
    """A missing file is told like a missing module."""
    with pytest.raises(NotFoundError, match=r"there is no file 'nowhere\.yaml' in"):
        async with do.worker("nowhere.yaml"):
            pass
