"""The worker's image: what it copies is there, what it installs is held to hashes, its command and its check exist."""

import re
import shutil
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.programs import run


@pytest.fixture(scope="module")
def stages(root: Path) -> list[list[tuple[str, str]]]:
    """The Dockerfile's instructions, stage by stage."""
    text = re.sub(r"\\\n\s*", "", (root / "Dockerfile").read_text())
    stages: list[list[tuple[str, str]]] = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            if name == "FROM":
                stages.append([])
            stages[-1].append((name, rest))
    return stages


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    """The project's own description."""
    return tomllib.loads((root / "pyproject.toml").read_text())


def _of(stage: list[tuple[str, str]], name: str) -> list[str]:
    return [rest for instruction, rest in stage if instruction == name]


def _copied(stage: list[tuple[str, str]]) -> list[str]:
    """What a stage copies from the checkout."""
    copies = [rest.split() for rest in _of(stage, "COPY") if not rest.startswith("--from=")]
    return [source.rstrip("/") for *sources, _ in copies for source in sources]


def _locked(lock: Path) -> dict[str, str]:
    """The versions of a lock by name; an entry without a hash is a failure."""
    entries = re.sub(r"\s*\\\n\s*", " ", re.sub(r"^\s*#.*\n", "", lock.read_text(), flags=re.M)).splitlines()
    versions: dict[str, str] = {}
    for entry in filter(None, entries):
        found = re.fullmatch(
            r"([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)(?:\s*;[^-]*)?((?:\s--hash=sha256:[0-9a-f]{64})+).*", entry
        )
        assert found, entry
        versions[canonicalize_name(found[1])] = found[2]
    return versions


def _unmet(requirements: list[str], versions: dict[str, str]) -> list[str]:
    parsed = [Requirement(text) for text in requirements]
    return [
        str(wanted)
        for wanted in parsed
        if not wanted.specifier.contains(versions.get(canonicalize_name(wanted.name), "0"), prereleases=True)
    ]


def test_both_stages_stand_on_one_exact_python(stages: list[list[tuple[str, str]]]) -> None:
    """The environment is built with the very interpreter it runs with."""
    bases = [_of(stage, "FROM")[0].removesuffix(" AS build") for stage in stages]
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-[a-z]+", bases[0])


def test_everything_copied_exists(root: Path, stages: list[list[tuple[str, str]]]) -> None:
    """No COPY names what the checkout does not have."""
    assert [source for stage in stages for source in _copied(stage) if not (root / source).exists()] == []


def test_only_what_is_copied_enters_the_build(root: Path, stages: list[list[tuple[str, str]]]) -> None:
    """The build's context is closed but for the sources of COPY, so that no secret of the checkout can be in it."""
    rules = [line for line in (root / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    assert rules[0] == "*"
    assert allowed == {source for stage in stages for source in _copied(stage)}
    assert rules[-2:] == ["**/__pycache__", "**/.env*"]


def test_everything_installed_is_held_to_hashes(stages: list[list[tuple[str, str]]]) -> None:
    """What pip installs is either listed with its hash or fetched from nowhere."""
    commands = [command for stage in stages for run in _of(stage, "RUN") for command in run.split(" && ")]
    pip = [command for command in commands if " pip " in command]
    assert len(pip) == 4
    assert [command for command in pip if "--require-hashes" not in command and "--no-index" not in command] == []


def test_the_lock_has_all_that_the_wheel_needs(root: Path, project: dict[str, Any]) -> None:
    """What the wheel and its extras business and otel require is in the lock, since the wheel brings nothing itself."""
    extras = project["project"]["optional-dependencies"]
    wanted = [*project["project"]["dependencies"], *extras["business"], *extras["otel"]]
    assert _unmet(wanted, _locked(root / "requirements.lock")) == []


def test_the_build_lock_has_all_that_the_build_needs(root: Path, project: dict[str, Any]) -> None:
    """The wheel's backend is locked in a version that the project accepts."""
    assert _unmet(project["build-system"]["requires"], _locked(root / "deploy/build.lock")) == []


def test_the_copied_sources_are_enough_to_build_the_wheel(
    root: Path, stages: list[list[tuple[str, str]]], project: dict[str, Any], tmp_path: Path
) -> None:
    """The first stage's sources build the whole wheel, and nothing else is looked for."""
    source = tmp_path / "src"
    for name in _copied(stages[0]):
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (root / name).is_dir():
            shutil.copytree(root / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif (root / name).exists():
            shutil.copy(root / name, target)
    wheels = tmp_path / "wheels"
    options = ["--no-build-isolation", "--no-deps", "--no-index", "--disable-pip-version-check"]
    pip = [sys.executable, "-m", "pip", "wheel", *options]
    status, _, said = run(*pip, "--wheel-dir", str(wheels), str(source))
    assert status == 0, said
    [wheel] = wheels.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    library = source / "dosdk_temporal"
    assert wheel.name == f"dosdk_temporal-{project['project']['version']}-py3-none-any.whl"
    assert packed == {path.relative_to(source).as_posix() for path in library.rglob("*") if path.is_file()}


def test_the_worker_runs_as_nobody_of_note(stages: list[list[tuple[str, str]]]) -> None:
    """The process has a numbered user without rights, and no step after that is root's."""
    names = [name for name, _ in stages[-1]]
    assert _of(stages[-1], "USER") == ["10001:10001"]
    assert names[names.index("USER") + 1 :] == ["HEALTHCHECK", "CMD"]


def test_the_command_is_a_module_of_the_image(root: Path, stages: list[list[tuple[str, str]]]) -> None:
    """The image starts `python -m worker`, which it has copied."""
    assert _of(stages[-1], "CMD") == ['["python", "-m", "worker"]']
    assert "worker" in _copied(stages[-1])
    assert (root / "worker" / "__main__.py").is_file()


def test_the_check_asks_with_a_file_of_the_image(stages: list[list[tuple[str, str]]]) -> None:
    """The health check runs the script that was copied, and its port is set in the image."""
    assert _of(stages[-1], "HEALTHCHECK")[0].endswith('CMD ["python", "/app/deploy/healthcheck.py"]')
    assert _of(stages[-1], "WORKDIR") == ["/app"]
    assert "deploy/healthcheck.py deploy/" in _of(stages[-1], "COPY")
    assert "DO_HEALTH_PORT=8081" in _of(stages[-1], "ENV")[0].split()
