"""Modules that a worker loads, and that run a program as they are imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosdk_temporal import DefinitionError, Registry
from dosdk_temporal._worker.modules import load_modules

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


async def test_an_error_of_its_own(tmp_path: Path) -> None:
    """Any other error of a module is told as it is, with its line."""
    script = tmp_path / "fails.py"
    script.write_text("raise RuntimeError('no loop of mine')\n")
    with pytest.raises(DefinitionError) as refused:
        load_modules((str(script),), Registry())
    assert str(refused.value) == f"importing '{script}' failed: RuntimeError: no loop of mine ({script}:1)"
