"""The figures of the business: what may be one, and which counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import InputError
from dosdk_temporal._pure.declarative.parts import Metric
from dosdk_temporal._pure.metrics import Figures, Kpi, kpis_of
from dosdk_temporal.testing import TestDo

LONG = "x" * 1_001


@pytest.mark.parametrize("value", [0, -3, 1.5, True, "gold", 2**70, 10**300])
def test_what_a_figure_may_be(value: Any) -> None:
    """Numbers of any sign and size, truths and short texts are kept as they are."""
    figures = Figures()
    figures.record("it", value)
    assert figures.values == {"it": value}


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("", 1, "metric's name"),
        ("a\nb", 1, "metric's name"),
        ("x" * 201, 1, "metric's name"),
        (7, 1, "metric's name"),
        ("it", None, "the metric 'it' got nothing: a metric is a number, true or false, or a short text"),
        (
            "it",
            [1],
            (
                "the metric 'it' got a value of type list: a metric is a number, true or false, or a short text; "
                "record its parts one by one$"
            ),
        ),
        ("it", 1j, "the metric 'it' got a value of type complex: a metric is a number, true or false, or a short text"),
        ("it", float("nan"), "the metric 'it' got nan: a metric's number is finite"),
        ("it", float("-inf"), "the metric 'it' got -inf: a metric's number is finite"),
        ("it", 10**400, f"the metric 'it' got 1{'0' * 39}: a metric's number is finite"),
        ("it", LONG, "the metric 'it' has 1,001 characters, at most 1,000 are kept"),
    ],
)
def test_what_a_figure_may_not_be(name: Any, value: Any, why: str) -> None:
    """A name or value that cannot be one is refused in a sentence."""
    with pytest.raises(InputError, match=why):
        Figures().record(name, value)


def test_the_last_value_wins() -> None:
    """One name has one value, however often it is recorded; what was not computed takes none away."""
    figures = Figures()
    figures.record("total", 1)
    figures.update({"total": 2, "rate": None})
    figures.update({"total": None})
    assert figures.values == {"total": 2}


def test_names_are_bounded() -> None:
    """A hundred names are kept and may be recorded again; another one is a mistake, and told so."""
    figures = Figures()
    figures.update({f"m{number}": number for number in range(100)})
    figures.record("m7", "again")
    with pytest.raises(InputError, match="the metric 'order-7' is one too many: a run has at most 100 names"):
        figures.record("order-7", 1)


def test_declared_figures_come_first() -> None:
    """Those that the definition declares are there in its order, without a value where none was recorded; then the others."""
    declared = [Metric("timeToValue", "Time to first value"), Metric("rate", "", "{{ 1 }}")]
    assert list(kpis_of(declared, {"extra": 1, "rate": 0.5}).items()) == [
        ("timeToValue", Kpi("Time to first value", None)),
        ("rate", Kpi("", 0.5)),
        ("extra", Kpi("", 1)),
    ]


@pytest.mark.parametrize("of", [lambda do: do, lambda do: do.sync], ids=["do", "sync"])
def test_outside_of_a_run_it_is_only_checked(of: Callable[[Any], Any], caplog: pytest.LogCaptureFixture) -> None:
    """A handler that is called by itself may record: what cannot be recorded is refused, the rest is said to be kept nowhere."""
    do = of(TestDo("localhost:1"))
    assert do.record_metric("total", 1) is None
    with pytest.raises(InputError, match="the metric 'total' got a value of type dict"):
        do.record_metric("total", {})
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "the metric 'total' is kept nowhere: it was recorded outside of a workflow's or action's run")
    ]
