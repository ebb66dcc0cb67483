"""``dosdk dev``: where it keeps data, what it watches, and what its worker is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosdk_temporal._cli.dev.changes import folders
from dosdk_temporal._cli.dev.worker import _environment
from dosdk_temporal._outside.project import data_folder, prepare_folder
from dosdk_temporal.errors import ServerUnavailableError


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], "a/b/.dosdk"),
        (["pyproject.toml"], ".dosdk"),
        (["pyproject.toml", "a/.dosdk/"], "a/.dosdk"),
        (["a/pyproject.toml", ".dosdk/"], "a/.dosdk"),
    ],
)
def test_data_are_the_projects(marks: list[str], expected: str, tmp_path: Path) -> None:
    """Data lie in the nearest folder upward that is a project's, else where the command was started."""
    here = tmp_path / "a/b"
    here.mkdir(parents=True)
    for mark in marks:
        (tmp_path / mark).mkdir() if mark.endswith("/") else (tmp_path / mark).touch()
    assert data_folder(here) == tmp_path / expected


def test_the_folder_is_private_and_not_for_git(tmp_path: Path) -> None:
    """The folder can be read by this user alone, and git passes it over; preparing it again changes nothing."""
    folder = tmp_path / ".dosdk"
    prepare_folder(folder)
    prepare_folder(folder)
    assert (folder.stat().st_mode & 0o777, (folder / ".gitignore").read_text()) == (0o700, "*\n")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """Where the folder cannot be made, the error names it."""
    (tmp_path / "file").touch()
    with pytest.raises(ServerUnavailableError) as refused:
        prepare_folder(tmp_path / "file/.dosdk")
    assert str(refused.value) == (
        f"the data folder '{tmp_path}/file/.dosdk' cannot be used (Not a directory): start where you may write"
    )


def test_files_elsewhere_are_watched_where_they_are(tmp_path: Path) -> None:
    """Watched are the folder of the start, and those of files that lie outside it."""
    here = tmp_path / "here"
    assert folders(["flow.py", "sub/more.py", "../other/flow.py", "package.module"], here) == [here, tmp_path / "other"]


def test_the_workers_environment_points_to_this_server() -> None:
    """The worker keeps the handlers' environment, but for what says how to reach another server."""
    given = {
        "PATH": "/bin",
        "DO_SMTP_URL": "smtp://x",
        "DO_ADDRESS": "a:1",
        "TEMPORAL_API_KEY": "k",
        "TEMPORAL_PROFILE": "p",
    }
    assert _environment(given, "127.0.0.1:7") == {
        "PATH": "/bin",
        "DO_SMTP_URL": "smtp://x",
        "TEMPORAL_ADDRESS": "127.0.0.1:7",
        "TEMPORAL_NAMESPACE": "default",
        "TEMPORAL_TLS": "false",
        "PYTHONUNBUFFERED": "1",
    }
