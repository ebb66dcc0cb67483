"""Where the project's files are."""

from __future__ import annotations

from pathlib import Path

import pytest

from activities.parts.home import home


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch, business_home: Path) -> None:
    """DO_HOME is not set."""
    monkeypatch.delenv("DO_HOME")


@pytest.mark.parametrize("marker", ["pyproject.toml", ".dosdk"])
def test_nearest_marked_parent(marker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The home is .dosdk of the nearest parent with a pyproject.toml or a .dosdk."""
    inner = tmp_path / "project" / "deep" / "down"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    if marker == ".dosdk":
        (tmp_path / "project" / marker).mkdir()
    else:
        (tmp_path / "project" / marker).touch()
    monkeypatch.chdir(inner)
    assert home() == tmp_path / "project" / ".dosdk"
    assert home().is_dir()


def test_do_home_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DO_HOME names the home itself, wherever the process stands."""
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DO_HOME", "elsewhere")
    assert home() == tmp_path / "elsewhere"


def test_working_directory_where_nothing_is_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a marked parent the home is .dosdk of the working directory."""
    monkeypatch.chdir(tmp_path)
    assert home() == tmp_path / ".dosdk"
