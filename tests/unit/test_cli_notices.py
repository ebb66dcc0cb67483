"""What the SDK warns of, as a command says it."""

from __future__ import annotations

import logging

import pytest

from dosdk_temporal._cli.notices import showing_notices
from dosdk_temporal._pure.polling import AGAIN


def _speak() -> None:
    for logger in "dosdk_temporal", AGAIN:
        logging.getLogger(logger).info("a worker asks for work again")
    logging.getLogger("dosdk_temporal").warning("no worker is asking for work")


def test_a_warning_is_one_line_and_so_is_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    """Warnings are said, and that one is over; what else the SDK tells its log is not."""
    with showing_notices():
        _speak()
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        "dosdk: note: a worker asks for work again\ndosdk: warning: no worker is asking for work\n",
    )


def test_a_command_that_is_over_leaves_the_log_as_it_was(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A program that has run a command within itself hears the SDK's warnings where it did before, and nothing twice."""
    for _ in range(2):
        with showing_notices():
            pass
    _speak()
    said = capsys.readouterr()
    assert (said.out, said.err, caplog.messages) == ("", "", ["no worker is asking for work"])
