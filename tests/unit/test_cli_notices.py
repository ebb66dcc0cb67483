"""What the SDK warns of, as a command says it."""

from __future__ import annotations

from tests.forked import completed

SPEAKS = """
import logging
from dosdk_temporal._cli.notices import show_notices
from dosdk_temporal._pure.polling import AGAIN

show_notices()
for logger in "dosdk_temporal", AGAIN:
    logging.getLogger(logger).info("a worker asks for work again")
logging.getLogger("dosdk_temporal").warning("no worker is asking for work")
"""


def test_a_warning_is_one_line_and_so_is_its_end() -> None:
    """Warnings are said, and that one is over; what else the SDK tells its log is not."""
    said = completed(["-c", SPEAKS])
    assert (said.returncode, said.stdout, said.stderr) == (
        0,
        "",
        "dosdk: note: a worker asks for work again\ndosdk: warning: no worker is asking for work\n",
    )
