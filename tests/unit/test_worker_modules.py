"""Modules that a worker loads, and that run a program as they are imported."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from dosdk_temporal import DefinitionError, Do, Registry, Trigger
from dosdk_temporal._worker.modules import load_modules
from dosdk_temporal._worker.served import what_it_holds

HEAD = "import asyncio\n\nasync def main(): ...\n\n"


@pytest.mark.parametrize("last", ["asyncio.run(main())", "asyncio.get_event_loop().run_until_complete(main())"])
async def test_a_program_without_a_guard(last: str, tmp_path: Path) -> None:
    """It is told to be guarded, with the line that runs it; no coroutine is left that nobody awaited."""
    script = tmp_path / "unguarded.py"
    script.write_text(f"{HEAD}{last}\n")
    with pytest.raises(DefinitionError) as refused:
        load_modules((str(script),), Registry())
    assert str(refused.value) == (
        f"'{script}' runs its program when it is imported ({script}:5): put that under if __name__ == '__main__':, so that "
        "what it defines can be loaded"
    )


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("@do.action.create(name='a', retry={'maxAttempts': 0})", "counts"),
        ("@do.action.create(name='a', retries=3)", "do.action.create has no option 'retries'"),
        ("@do.workflow.create(name='a')", "handler"),
    ],
)
def test_a_wrong_definition(wrong: str, told: str, tmp_path: Path) -> None:
    """What is refused as it is defined is told with the line of the module that defines it, though another imports that."""
    (tmp_path / "deeds_refused.py").write_text(
        f"from dosdk_temporal import Do\n\ndo = Do()\n\n{wrong}\ndef a(n): ...\n"
    )
    script = tmp_path / "imports.py"
    script.write_text("import deeds_refused\n")
    with pytest.raises(DefinitionError) as refused:
        load_modules((str(script),), Registry())
    assert told in str(refused.value)
    assert str(refused.value).endswith(f" ({tmp_path / 'deeds_refused.py'}:5)")


async def test_an_error_of_its_own(tmp_path: Path) -> None:
    """Any other error of a module is told as it is, with its line."""
    script = tmp_path / "fails.py"
    script.write_text("raise RuntimeError('no loop of mine')\n")
    with pytest.raises(DefinitionError) as refused:
        load_modules((str(script),), Registry())
    assert str(refused.value) == f"importing '{script}' failed: RuntimeError: no loop of mine ({script}:1)"


def test_what_a_worker_serves_is_a_short_line() -> None:
    """Actions, workflows and services are counted and named, versions of one name once, and no more than eight of a kind."""
    do = Do(registry=Registry())

    async def handler(trigger: Trigger) -> Any: ...
    async def deed(n: int) -> Any: ...

    empty = what_it_holds(do.registry)
    for n in range(10):
        do.action.create(name=f"deed-{n}", handler=deed)
    do.workflow.create(name="buy", handler=handler)
    do.workflow.create(name="buy", version="2", handler=handler)
    do.service.create(name="shop", handler=handler)
    named = ", ".join(f"deed-{n}" for n in range(8))
    assert (empty, what_it_holds(do.registry)) == (
        "",
        f"10 actions ({named} and 2 more), 1 workflow (buy), 1 service (shop)",
    )


def test_a_definition_whose_functions_nobody_knows(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A definition that is served without the module of its functions is served, with a warning at the place of each."""
    file = tmp_path / "welcome.yaml"
    file.write_text("name: welcome\nsteps:\n  - id: mail\n    function: send-mail\n")
    registry = Registry()
    with caplog.at_level(logging.WARNING, "dosdk_temporal"):
        load_modules((str(file),), registry)
    told = (
        f"{file}:4:15: the function 'send-mail' cannot be looked up: no functions are known here @ $.steps[0].function "
        "(name the module that defines it: dosdk validate --module package.module)"
    )
    assert (what_it_holds(registry), caplog.messages) == ("1 workflow (welcome)", [told])
