"""The command line: an error is one line that says what to do, and a status."""

from __future__ import annotations

import pytest
import typer

from dosdk_temporal._cli.faults import report
from dosdk_temporal.errors import ActionError, DoError, NotFoundError

RAISED = [
    (NotFoundError("there is no file 'a.py'"), 1, "dosdk: error: there is no file 'a.py'\n"),
    (DoError("it ended.\nError: why\n"), 1, "dosdk: error: it ended. | Error: why\n"),
    (
        ActionError("no funds", type="Declined", action="charge", attempts=3),
        1,
        "dosdk: error: action 'charge' failed after 3 attempts: Declined: no funds\n",
    ),
    (
        ActionError("no funds", type="Declined", action="charge"),
        1,
        "dosdk: error: action 'charge' failed: Declined: no funds\n",
    ),
    (
        ActionError("action 'charge' passed its timeout", action="charge"),
        1,
        "dosdk: error: action 'charge' passed its timeout\n",
    ),
    (
        KeyError("x"),
        1,
        "dosdk: error: unexpected KeyError: 'x' (run it again with DO_DEBUG=1 for the traceback)\n",
    ),
    (
        SystemExit(3),
        1,
        "dosdk: error: a module ended the program while it was imported (3): use if __name__ == '__main__'\n",
    ),
    (typer.BadParameter("it is odd"), 2, "dosdk: error: Invalid value: it is odd: 'dosdk --help' shows what fits\n"),
    (KeyboardInterrupt(), 130, ""),
    (BrokenPipeError(), 1, ""),
]


@pytest.mark.parametrize(("error", "status", "line"), RAISED, ids=lambda value: type(value).__name__)
def test_an_error_is_one_line(
    error: BaseException, status: int, line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each error is one line on standard error, with the status that belongs to it, and nothing on standard output."""
    monkeypatch.delenv("DO_DEBUG", raising=False)
    assert (report(error), *capsys.readouterr()) == (status, "", line)


def test_debugging_shows_the_traceback(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With DO_DEBUG=1 the traceback comes before the line."""
    monkeypatch.setenv("DO_DEBUG", "1")
    report(NotFoundError("gone"))
    assert capsys.readouterr().err == "dosdk_temporal.errors.NotFoundError: gone\ndosdk: error: gone\n"
