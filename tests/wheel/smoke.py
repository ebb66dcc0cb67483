"""What the installed wheel can do by itself: run by .ci/run with the Python of an environment that holds nothing else."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from importlib.metadata import entry_points, files
from pathlib import Path

import dosdk_temporal
from dosdk_temporal import Do
from dosdk_temporal._server import EmbeddedServer

DOSDK = Path(sys.executable).with_name("dosdk")

FLOW = """
from dosdk_temporal import action

@action.create(name="greet", description="Greets.")
def greet(name: str) -> str:
    return f"hello {name}"
"""


def dosdk(*arguments: str) -> str:
    """What the installed command says."""
    return subprocess.run([DOSDK, *arguments], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own


async def greeting() -> str:
    """One action on a server of its own."""
    async with EmbeddedServer(ui=False) as server:
        do = Do(address=server.address, namespace="default", tls=False)
        async with do, do.worker("flow.py"):
            answer: str = await do.action.run("greet", {"name": "wheel"})
            return answer


def main() -> None:
    """Try it all; an AssertionError says what is wrong."""
    installed = {str(file) for file in files("dosdk-temporal") or ()}
    assert "site-packages" in dosdk_temporal.__file__, dosdk_temporal.__file__
    assert "dosdk_temporal/py.typed" in installed
    assert any(name.endswith("licenses/LICENSE") for name in installed)
    assert not [
        name for name in installed if name.startswith(("tests/", "activities/", "workflows/", "worker/", "demo/"))
    ]
    assert [point.value for point in entry_points(group="pytest11", name="dosdk")] == ["dosdk_temporal.testing"]
    assert "Usage" in dosdk("--help")
    Path("flow.py").write_text(FLOW)
    catalog = json.loads(dosdk("catalog", "flow.py", "--json"))
    assert [action["name"] for action in catalog["actions"]] == ["greet"]
    assert asyncio.run(greeting()) == "hello wheel"
    assert len(json.loads(dosdk("templates", "list", "--json"))) > 1
    dosdk("templates", "add", "approval-chain", "--into", "flows")
    assert dosdk("simulate", "flows/approval-chain.yaml", "--tests").endswith("4 of 4 passed\n")
    sys.stdout.write(f"dosdk {dosdk_temporal.__version__}: the wheel works by itself\n")


if __name__ == "__main__":
    main()
