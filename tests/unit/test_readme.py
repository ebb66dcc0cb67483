"""The README says what is so: each of its code blocks is run, type-checked, or compared with what it is a copy of."""

from __future__ import annotations

import inspect
import itertools
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from mypy import api as mypy

from dosdk_temporal import DefinitionError, errors
from dosdk_temporal._cli.main import run as dosdk
from dosdk_temporal._client.settings import DEFAULT_TASK_QUEUE, Settings
from dosdk_temporal._inside.guard.refusals import refuse
from dosdk_temporal._pure.declarative.loading import load_definition
from dosdk_temporal._pure.options import DEFAULTS
from dosdk_temporal._pure.retry import Retry
from dosdk_temporal._worker.worker import DoWorker
from tests.forked import completed
from tests.unit.command_names import command_names

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Block:
    """A code block; ``output`` is the text block that follows it."""

    kind: str
    text: str
    output: str = ""


_KINDS = (
    ("python", r"asyncio\.run\(main\(\)\)", "program"),
    ("python", r"def test_", "tests"),
    ("python", r"", "typed"),
    ("text", r"\ADoError", "tree"),
    ("text", r"in a workflow handler", "refusal"),
    ("text", r"", "output"),
)


def _kind(language: str, text: str) -> str:
    fitting = (kind for written_in, pattern, kind in _KINDS if written_in == language and re.search(pattern, text))
    return next(fitting, language)


def _blocks() -> Iterator[Block]:
    found = [
        (_kind(language, text), text) for language, text in re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
    ]
    for index, (kind, text) in enumerate(found):
        outputs = (after for what, after in found[index + 1 :] if what == "output")
        yield Block(kind, text, next(outputs, "") if kind == "program" else "")


BLOCKS = list(_blocks())


def _of(kind: str) -> list[Block]:
    return [block for block in BLOCKS if block.kind == kind]


def _environment(**more: str) -> dict[str, str]:
    steering = ("TEMPORAL_", "DO_", "PYTEST_", "OTEL_")
    return {**{name: value for name, value in os.environ.items() if not name.startswith(steering)}, **more}


def _run(*command: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return completed(command, cwd=cwd, env=_environment(**more))


def test_every_block_is_of_a_kind_that_is_checked() -> None:
    """No block of the README is beyond the tests below, and each output belongs to a program."""
    kinds = {"program", "output", "tests", "typed", "tree", "refusal", "console", "toml", "yaml"}
    assert ({block.kind for block in BLOCKS}, len(_of("program"))) == (kinds, len(_of("output")))


@pytest.mark.parametrize("block", _of("program"), ids=["first", "approval", "spellings", "errors"])
def test_each_program_prints_what_the_readme_says(block: Block, dosdk_server: str, tmp_path: Path) -> None:
    """A program of the README, saved and started beside a server, prints the text below it; its log is its own matter."""
    (tmp_path / "shop.py").write_text(block.text)
    ended = _run("shop.py", cwd=tmp_path, TEMPORAL_ADDRESS=dosdk_server, DO_TASK_QUEUE=f"readme-{uuid4()}")
    assert (ended.stdout, ended.returncode) == (block.output, 0), ended.stderr


def test_the_tests_of_the_readme_pass(tmp_path: Path) -> None:
    """The tests shown, saved beside the first program, are found and pass."""
    (tmp_path / "shop.py").write_text(_of("program")[0].text)
    (tmp_path / "test_shop.py").write_text(_of("tests")[0].text)
    ended = _run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto", cwd=tmp_path)
    assert (re.findall(r"\d+ passed", ended.stdout), ended.returncode) == (["3 passed"], 0), ended.stdout


def test_what_is_not_run_is_typed(tmp_path: Path) -> None:
    """The blocks that need a cluster of one's own, and those of the other documents, are type-checked, strictly."""
    texts = [block.text for block in _of("typed")]
    for document in sorted((ROOT / "docs").glob("*.md")):
        texts += re.findall(r"^```python\n(.*?)^```$", document.read_text(encoding="utf-8"), re.M | re.S)
    files = [tmp_path / f"block_{index}.py" for index in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    said, complaint, status = mypy.run(["--config-file", str(ROOT / "pyproject.toml"), *map(str, files)])
    assert (complaint, status) == ("", 0), said


def test_the_profile_shown_is_one(tmp_path: Path) -> None:
    """The profile for Temporal Cloud is read, and turns TLS on."""
    file = tmp_path / "temporal.toml"
    file.write_text(_of("toml")[0].text)
    settings = Settings.resolve(profile="production", environ={"TEMPORAL_CONFIG_FILE": str(file)})
    assert (settings.address, settings.namespace, settings.tls, settings.task_queue) == (
        "payments.a1b2c.tmprl.cloud:7233",
        "payments.a1b2c",
        True,
        DEFAULT_TASK_QUEUE,
    )


def test_the_definition_shown_is_one() -> None:
    """The definition loads without a fault."""
    (block,) = _of("yaml")
    assert load_definition(block.text).name == "welcome-customer"


def test_the_tree_is_the_one_of_the_errors_module() -> None:
    """The errors are drawn as where they are defined."""
    drawn = inspect.cleandoc(errors.__doc__ or "").replace("``", "")
    assert all(line.rstrip() in drawn for line in _of("tree")[0].text.splitlines())
    assert all(name in _of("tree")[0].text for name in errors.__all__)


def test_the_refusal_is_worded_so() -> None:
    """The guard says what the README says that it says."""
    with pytest.raises(DefinitionError) as refused:
        refuse("time.time")
    assert str(refused.value) == _of("refusal")[0].text.strip()


def _commands() -> list[list[str]]:
    return [shlex.split(line) for block in _of("console") for line in block.text.splitlines()]


def test_the_commands_are_there(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command shown is a target of the Makefile, a command of dosdk with those options, or a file of the repository."""
    monkeypatch.setenv("COLUMNS", "200")
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.M))
    for program, *arguments in _commands():
        match program:
            case "make":
                assert set(arguments) <= targets
            case "dosdk":
                assert arguments[0] in command_names() | {"--help"}
                dosdk([*itertools.takewhile(lambda word: not word.startswith("-"), arguments), "--help"])
                said = capsys.readouterr().out
                assert [option for option in arguments[1:] if option.startswith("--") and option not in said] == []
            case "cp":
                assert (ROOT / arguments[0]).is_file()
            case _:
                assert program in {"docker", "python"}


def _table(heading: str) -> list[list[str]]:
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in section.splitlines()
        if line.startswith("| `")
    ]


def test_the_defaults_are_the_codes_own() -> None:
    """The table of defaults agrees with the code."""
    shown = {(name.strip("`"), where): default for name, where, default, _ in _table("Defaults")}
    worker = {name: parameter.default for name, parameter in inspect.signature(DoWorker).parameters.items()}
    assert DEFAULTS.retry == Retry(3, "1s", 2, "60s")
    assert shown["retry", "action, workflow (its steps), call"] == '`Retry(3, "1s", 2, "60s")`'
    assert (
        shown["timeout", "action, call"] == f"{DEFAULTS.timeout.total_seconds():g} s" if DEFAULTS.timeout else "`None`"
    )
    assert shown["total_timeout", "action"] == f"`{DEFAULTS.total_timeout}`"
    assert shown["heartbeat", "action"] == f"{DEFAULTS.heartbeat.total_seconds():g} s"
    assert shown["max_cached_workflows", "worker"] == str(worker["max_cached_workflows"])
    assert shown["max_actions`, `max_workflow_tasks`, `max_local_actions", "worker"] == f"{worker['max_actions']} each"
    assert {worker[name] for name in ("max_actions", "max_workflow_tasks", "max_local_actions")} == {100}
    assert (shown["drain", "worker"], worker["drain"]) == ("30 s", "30s")
    assert shown["unknown_grace", "worker"] == f"{worker['unknown_grace'].total_seconds():g} s"


def test_every_variable_is_listed() -> None:
    """The DO_* variables that the code reads, and no others, are in the tables of variables."""
    folders = [ROOT / name for name in ("dosdk_temporal", "activities", "workflows", "worker")]
    sources = [file.read_text(encoding="utf-8") for folder in folders for file in folder.rglob("*.py")]
    read = {name for source in sources for name in re.findall(r"\bDO_[A-Z_]*[A-Z]\b", source)}
    listed = {name for row in _table("Configuration") for name in re.findall(r"\bDO_[A-Z_]*[A-Z]\b", row[0])}
    assert listed == read
