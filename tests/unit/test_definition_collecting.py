"""pytest collects the tests of definitions: where it is told to, and nowhere else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forked import completed

FLOW = """\
name: flow
steps:
  - {id: greet, function: greet, input: {name: "{{ input.name }}"}}
tests:
  - name: Ada is greeted
    input: {name: Ada}
    fixtures: {functions: {greet: {returns: hello Ada}}}
    expect: {output: hello Ada}

  - name: Ada is greeted
    like: Ada is greeted
    expect: {output: hello Grace}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a test, a folder of definitions beside the tests, and YAML that is about something else."""
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\ndosdk_definitions = flows\n")
    for folder in ("tests", "flows", "tests/data"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tests/test_a.py").write_text("def test_a():\n    pass\n")
    (tmp_path / "tests/data/compose.yaml").write_text("services: {a: {image: [x}")
    (tmp_path / "flows/flow.yaml").write_text(FLOW)
    return tmp_path


OPTIONS = ("-p", "no:cacheprovider", "-p", "no:asyncio", "-p", "no:xdist", "-rA", "--color=no")


def pytest_in(folder: Path, *arguments: str) -> tuple[int, str]:
    """The status of pytest and what it said."""
    ended = completed(["-m", "pytest", *OPTIONS, *arguments], cwd=folder, env={**os.environ, "COLUMNS": "200"})
    return ended.returncode, ended.stdout


def outcomes(said: str) -> list[str]:
    """The lines of the summary."""
    return re.findall(r"^(?:PASSED|FAILED|ERROR) .*$", said, re.M)


def test_the_option_names_folders(project: Path) -> None:
    """Each test of a definition is an item under its name; one that fails says what differs, and shows no traceback."""
    status, said = pytest_in(project)
    failure = 'output: expected "hello Grace", got "hello Ada"'
    assert (status, outcomes(said)) == (
        1,
        [
            "PASSED tests/test_a.py::test_a",
            "PASSED flows/flow.yaml::Ada is greeted",
            f"FAILED flows/flow.yaml::Ada is greeted #2 - Failed: {failure}",
        ],
    )
    assert re.search(rf"^_+ flow\.yaml: Ada is greeted #2 _+\n{re.escape(failure)}\n", said, re.M)
    assert "Traceback" not in said


def test_a_folder_of_the_option_holds_definitions_alone(project: Path) -> None:
    """A definition with faults is an error of collection that tells each with its place."""
    (project / "flows/faulty.yaml").write_text("name: x\nsteps: [{fuction: f, tiemout: 5s}]\n")
    status, said = pytest_in(project)
    assert (status, outcomes(said)) == (2, ["ERROR flows/faulty.yaml"])
    assert re.findall(r"faulty\.yaml:(\d+:\d+: .*?) @", said) == [
        "2:10: a step has no 'fuction'",
        "2:22: a step has no 'tiemout'",
    ]


def test_what_is_asked_for(project: Path) -> None:
    """Where paths are given only they are run: a definition outside the option's folders, one test of it; not other YAML."""
    (project / "other.yaml").write_text(FLOW)
    (project / "compose.yaml").write_text("services: {}\n")
    assert outcomes(pytest_in(project, "tests")[1]) == ["PASSED tests/test_a.py::test_a"]
    assert outcomes(pytest_in(project, "other.yaml::Ada is greeted")[1]) == ["PASSED other.yaml::Ada is greeted"]
    assert pytest_in(project, "compose.yaml")[0] == pytest.ExitCode.USAGE_ERROR
    assert outcomes(pytest_in(project / "flows", "-k", "greeted and not 2")[1]) == ["PASSED flow.yaml::Ada is greeted"]


def test_a_project_without_the_option(project: Path) -> None:
    """Without the option no YAML is looked at, though it may be a definition; nothing of the SDK's YAML is imported."""
    (project / "pytest.ini").write_text("[pytest]\n")
    (project / "conftest.py").write_text(
        "import sys\n\ndef pytest_unconfigure():\n    print('YAML:', 'yaml' in sys.modules)\n"
    )
    command = [sys.executable, "-m", "pytest", *OPTIONS]  # an interpreter that has imported nothing yet
    ended = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)  # noqa: S603 - written above
    assert (ended.returncode, outcomes(ended.stdout), re.findall("YAML: .*", ended.stdout)) == (
        0,
        ["PASSED tests/test_a.py::test_a"],
        ["YAML: False"],
    )
