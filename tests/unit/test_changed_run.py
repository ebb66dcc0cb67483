"""What is said of a run of which something was changed on the server."""

from __future__ import annotations

from typing import Any

import pytest

from dosdk_temporal._pure.changed_run import changed_run
from dosdk_temporal._pure.explaining import Explanation


@pytest.mark.parametrize(
    ("state", "sentences", "commands"),
    [
        (
            "running",
            (
                "It cannot go on, and its record cannot be read: it was changed.",
                "It goes on by itself once the data are as they were. Where they cannot be had, end it and start it anew.",
            ),
            ("dosdk terminate 'order 7'",),
        ),
        ("completed", ("Its record cannot be read: it was changed.",), ()),
    ],
)
def test_a_changed_run_says_what_can_be_done(state: Any, sentences: Any, commands: Any) -> None:
    """Of a run of which something was changed an explanation says so, and how it can be ended while it is open."""
    assert changed_run("order 7", state, "it was changed") == Explanation("order 7", state, sentences, commands)
