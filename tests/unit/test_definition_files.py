"""Files of definitions that a worker or a program loads: what is wrong has its place, as ``dosdk validate`` tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosdk_temporal import DefinitionError, Do, Registry
from dosdk_temporal._worker.modules import load_modules


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with definitions, some of them wrong, where the test runs."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "one.yaml": "name: one\nsteps: [{wiat: 1s}]\n",
        "two.yaml": "name: two\nsteps: [{wait: 1}]\n",
        "right.yaml": "name: right\nsteps: [{wait: 1s}]\n",
        "other.yaml": "name: right\nsteps: [{wait: 2s}]\n",
        "due.yaml": "name: due\ninput: {segment: string}\ntrigger: {schedule: '@daily'}\nsteps: [{wait: 1s}]\n",
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_every_file_is_told() -> None:
    """A worker's start tells the faults of all its files at once, each with its line, and registers none."""
    registry = Registry()
    with pytest.raises(DefinitionError) as refused:
        load_modules(("right.yaml", "one.yaml", "two.yaml"), registry)
    assert (str(refused.value), len(registry.workflows)) == (
        (
            "the definitions have 2 faults: one.yaml:2:10: a step has no 'wiat' @ $.steps[0].wiat (did you mean 'wait'?); "
            "two.yaml:2:16: 1 says no unit of time @ $.steps[0].wait (write '1s' for seconds, or '1ms' for milliseconds)"
        ),
        0,
    )


def test_a_schedule_that_gives_no_input() -> None:
    """A definition that a schedule starts, and that needs an input, is refused at its line, before any worker starts."""
    with pytest.raises(DefinitionError) as refused:
        Do(registry=Registry()).workflows.load("due.yaml")
    assert [(p.code, p.place, p.message) for p in refused.value.problems] == [
        ("schedule-input", "due.yaml:3:21", "the schedule gives no input, and one is needed (segment: is required)")
    ]


def test_another_text_of_one_version() -> None:
    """Both files are named that say differently what one version is."""
    registry = Registry()
    with pytest.raises(DefinitionError) as refused:
        load_modules(("right.yaml", "other.yaml"), registry)
    assert str(refused.value).partition("\n")[0] == (
        "workflow 'right' in version 1 is defined with another text: what a version says never changes, so give this one a new "
        "version. What differs between the definition of right.yaml and the definition of other.yaml:"
    )
