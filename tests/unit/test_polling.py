"""Whether anybody asks a task queue for work, judged by what the server knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dosdk_temporal._cli.checking import Check, serving
from dosdk_temporal._pure.polling import Poll, QueueSight, Sign

NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)
TEN = timedelta(seconds=10)


def _before(seconds: float) -> datetime:
    return NOON - timedelta(seconds=seconds)


def _asked(seconds: float, worker: str = "1@host") -> Poll:
    return Poll(worker, "workflow", _before(seconds))


def _said(seconds: float, every: timedelta | None = TEN, *, stops: bool = False) -> Sign:
    return Sign("1@host", _before(seconds), every, stops)


def _lies(seconds: float) -> dict[str, Any]:
    return {"untaken": {"workflow": _before(seconds)}}


FACTS: list[tuple[str, dict[str, Any], bool, bool]] = [
    ("nobody was ever there", {}, False, False),
    ("nobody was ever there, and work is", _lies(6), False, True),
    ("an idle worker, whose question the server still has", {"polls": (_asked(61),)}, True, False),
    ("one whose question is over", {"polls": (_asked(66),)}, False, False),
    ("work that came just now", {"polls": (_asked(20),), **_lies(4)}, True, False),
    ("work that who asks would have been given", {"polls": (_asked(20),), **_lies(6)}, True, True),
    ("work that lies behind other work", {"polls": (_asked(2),), **_lies(6)}, True, False),
    ("a busy worker", {"polls": (_asked(600),), "signs": (_said(14),), **_lies(300)}, True, False),
    ("one that fell silent", {"polls": (_asked(30),), "signs": (_said(16),)}, False, False),
    ("one that fell silent, and was replaced", {"polls": (_asked(30), _asked(20, "2@host")), "signs": (_said(16),)}, True, False),
    ("one that fell silent, and began again", {"polls": (_asked(10),), "signs": (_said(16),)}, True, False),
    ("one that has said but one word", {"polls": (_asked(30),), "signs": (_said(29, None),)}, True, False),
    ("one that has said but one word, and work", {"polls": (_asked(30),), "signs": (_said(16, None),), **_lies(6)}, True, True),
    ("one that speaks once a minute", {"polls": (_asked(30),), "signs": (_said(59, 6 * TEN),), **_lies(6)}, True, False),
    ("one that stops", {"polls": (_asked(9),), "signs": (_said(2, stops=True),)}, False, False),
    ("one that stopped, and began again", {"polls": (_asked(1),), "signs": (_said(2, stops=True),)}, True, False),
    ("two of one program, of which one stops", {"polls": (_asked(9),), "signs": (_said(2, stops=True), _said(3))}, True, False),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "served", "forsaken"), [case[1:] for case in FACTS], ids=[case[0] for case in FACTS])
def test_whether_anybody_asks(facts: dict[str, Any], served: bool, forsaken: bool) -> None:
    """A question that is still open, and a word in time, speak for a worker; work that nobody took since it came, against."""
    sight = QueueSight("orders", NOON, **facts)
    assert (sight.is_served, sight.is_forsaken) == (served, forsaken)


def test_a_question_for_other_work_does_not_count() -> None:
    """Who asks for workflows is not given an action."""
    sight = QueueSight("orders", NOON, polls=(_asked(1),))
    assert [sight.forsakes(work, _before(9)) for work in ("workflow", "action")] == [False, True]


DONE = "no worker is asking task queue 'orders' for work"
WARNED = "start one with 'dosdk worker MODULE'; until then what is started waits"


@pytest.mark.parametrize(
    ("facts", "state", "found"),
    [
        ({}, "warning", "no worker has asked task queue 'orders' for work in the last minute"),
        ({"polls": (_asked(74),)}, "warning", f"{DONE} (the last one did 74 s ago)"),
        ({"polls": (_asked(200),)}, "warning", f"{DONE} (the last one did 3 min ago)"),
        (
            {"polls": (_asked(9),), "signs": (_said(2, stops=True),)},
            "warning",
            f"{DONE} (the last one did 9 s ago, and has stopped)",
        ),
        (
            {"polls": (_asked(20),), **_lies(6)},
            "warning",
            f"{DONE} (the last one did 20 s ago); work has waited there since 11:59:54 UTC",
        ),
        (
            {"polls": (_asked(34),)},
            "ok",
            "one asked task queue 'orders' for work 34 s ago; while there is none, it asks once a minute",
        ),
        ({"signs": (_said(4),)}, "ok", "1 worker serves task queue 'orders', last heard of 4 s ago"),
        (
            {"signs": (_said(7), replace(_said(4), worker="2@host"), _said(99))},
            "ok",
            "2 workers serve task queue 'orders', last heard of 4 s ago",
        ),
    ],
)  # fmt: skip
def test_what_doctor_says_of_workers(facts: dict[str, Any], state: Any, found: str) -> None:
    """Who was heard of, when, and how that is known; where nobody is there, what to do."""
    check = serving(QueueSight("orders", NOON, **facts))
    assert check == Check("workers", state, found, WARNED if state == "warning" else "")
