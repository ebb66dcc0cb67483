"""What the deployment tests share: the checkout, the compose file as data, and the jobs that it names."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.programs import Job


@pytest.fixture(scope="session")
def root() -> Path:
    """Where the checkout begins."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def compose(root: Path) -> dict[str, Any]:
    """The compose file as data."""
    loaded: dict[str, Any] = yaml.safe_load((root / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def job(root: Path, tmp_path: Path, compose: dict[str, Any]) -> Callable[[str], Job]:
    """Make a job from its service's name, in the environment that compose gives it."""

    def make(service: str) -> Job:
        written = compose["services"][service]["environment"]
        environment = {name: "pass-word" if "${" in value else value for name, value in written.items()}
        return Job(root / "deploy" / f"{service}.sh", tmp_path, environment)

    return make
