"""``dosdk validate`` and ``dosdk schema``: what people and editors see."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.forked import DOSDK, completed

FLOW = """name: onboarding
input:
  plan: starter | professional
steps:
  - id: setup
    fuction: setupAccount
    input: {plan: "{{ input.plam }}"}
  - function: kickoff
    timeout: 30
    input:
      note: |
        Dear {{ inptu.name }},
        welcome
  - workflow: other
"""
SAID = """flow.yaml:6:5: error: a step has no 'fuction' [unknown-key]
        fuction: setupAccount
        ^
    did you mean 'function'?
flow.yaml:7:29: warning: input declares no 'plam' [undeclared-property]
        input: {plan: "{{ input.plam }}"}
                                ^
    did you mean 'plan'?
flow.yaml:8:15: error: no function is named 'kickoff' [unknown-function]
      - function: kickoff
                  ^
    did you mean 'kickOff'?
flow.yaml:9:14: error: 30 says no unit of time [bare-duration]
        timeout: 30
                 ^
    write '30s' for seconds, or '30ms' for milliseconds
flow.yaml:12:17: error: there is no step and no name 'inptu' [unknown-name]
            Dear {{ inptu.name }},
                    ^
    did you mean 'input'?
4 errors and 1 warning in 2 files
"""
ACTIONS = """from dosdk_temporal import action

@action.create(name="kickOff")
def kick_off(): ...

@action.create(name="setupAccount")
def setup_account(): ...
"""
OTHER = "name: other\nsteps:\n- function: setupAccount\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with two definitions and a module of actions."""
    for name, text in (("flow.yaml", FLOW), ("other.yaml", OTHER), ("actions.py", ACTIONS)):
        (tmp_path / name).write_text(text)
    return tmp_path


def test_faults_as_people_see_them(here: Path) -> None:
    """Each fault is its place, its sentence, the line with a caret, and what to do; the status is 1."""
    done = _run(here, "validate", "flow.yaml", "other.yaml", "--module", "actions.py")
    assert (done.returncode, done.stdout, done.stderr) == (1, SAID, "")


def test_no_faults(here: Path) -> None:
    """A definition without faults is one line, and the status is 0."""
    done = _run(here, "validate", "other.yaml", "-m", "actions.py")
    assert (done.returncode, done.stdout, done.stderr) == (0, "no faults in 1 file\n", "")


def test_warnings_refuse_nothing(here: Path) -> None:
    """Without the module a function cannot be looked up: a warning, and the status is 0."""
    done = _run(here, "validate", "other.yaml", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (
        0,
        {
            "problems": [
                {
                    "code": "unknown-function",
                    "path": "$.steps[0].function",
                    "message": "the function 'setupAccount' cannot be looked up: no functions are known here",
                    "severity": "warning",
                    "file": "other.yaml",
                    "line": 3,
                    "column": 13,
                    "hint": "name the module that defines it: dosdk validate --module package.module",
                }
            ]
        },
    )


def test_a_folder(here: Path) -> None:
    """A folder stands for the definitions in it, at any depth, which may call each other."""
    (here / "deep/er").mkdir(parents=True)
    (here / "deep/er/a.json").write_text('{"name": "a", "steps": [{"workflow": "b"}]}')
    (here / "deep/b.yml").write_text("name: b\nsteps: [{workflow: a}, {workflow: c}]\n")
    done = _run(here, "validate", "deep", "--json")
    problems = json.loads(done.stdout)["problems"]
    assert (done.returncode, [(p["file"], p["code"], p["path"]) for p in problems]) == (
        0,
        [("deep/b.yml", "unknown-workflow", "$.steps[1].workflow")],
    )


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["nope.yaml"], 1, "dosdk: error: there is no file or folder 'nope.yaml' in {here}\n"),
        (
            ["empty"],
            1,
            "dosdk: error: the folder 'empty' has no definitions: their files end in .yaml, .yml or .json\n",
        ),
        ([], 2, "dosdk: error: Missing argument 'PATH...': 'dosdk validate --help' shows what fits\n"),
        (["other.yaml", "-m", "none"], 1, None),
    ],
)
def test_mistakes(here: Path, arguments: list[str], status: int, said: str | None) -> None:
    """What is no file, folder or module is one line on standard error."""
    (here / "empty").mkdir()
    done = _run(here, "validate", *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1)
    assert said is None or done.stderr == said.format(here=here)


def test_bytes_that_are_no_text(here: Path) -> None:
    """Any bytes are a list of faults."""
    (here / "noise.yaml").write_bytes(bytes(range(256)) * 4)
    done = _run(here, "validate", "noise.yaml", "--json")
    assert (done.returncode, [p["code"] for p in json.loads(done.stdout)["problems"]]) == (1, ["encoding"])


def test_the_published_schema(here: Path) -> None:
    """``dosdk schema`` prints a JSON Schema 2020-12 with every key of definitions and steps described."""
    done = _run(here, "schema")
    schema = json.loads(done.stdout)
    Draft202012Validator.check_schema(schema)
    step = schema["$defs"]["step"]
    described = {**schema["properties"], **step["properties"]}
    assert (
        done.returncode,
        done.stderr,
        [key for key, value in described.items() if not value.get("description")],
    ) == (0, "", [])
    assert set(step["properties"]) >= {
        "function",
        "action",
        "params",
        "parallel",
        "branches",
        "forEach",
        "return",
        "id",
    }


def _run(here: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return completed([*DOSDK, *arguments], cwd=here)
