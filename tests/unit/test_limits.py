"""Limits on load: what may be said of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import DefinitionError, Do, InputError, Registry
from dosdk_temporal._client.rate_limit import parse_rate
from dosdk_temporal._pure.priority import Priority

REFUSED: list[tuple[dict[str, Any], str]] = [
    *(
        ({"priority": given}, f"priority={given!r} does not fit: give a number from 1 (first) to 5 (last)")
        for given in (0, 6, True, 2.0, "1")
    ),
    *(
        ({"fairness_key": given}, f"fairness_key={given!r} is text of 1 to 64 bytes, as a tenant's id")
        for given in ("", " ", 7, "a\nb", "ä" * 33)
    ),
    *(
        ({"fairness_key": "k", "fairness_weight": given}, f"fairness_weight={given!r} is a number from 0.001 to 1000")
        for given in (0, -1, 1001, True, "2", float("nan"))
    ),
    ({"fairness_weight": 2}, "fairness_weight= is a key's: give fairness_key= too"),
]


@pytest.mark.parametrize(("given", "text"), REFUSED)
async def test_what_is_no_priority(given: dict[str, Any], text: str) -> None:
    """What cannot be meant is refused at the start, with no server, by ``start`` and ``execute``."""
    do = Do(address="127.0.0.1:1", registry=Registry())
    for call in (do.workflows.start, do.workflows.execute):
        with pytest.raises(InputError) as refused:
            await call("w", **given)
        assert str(refused.value) == text


def test_a_priority_as_it_is_said() -> None:
    """The bounds are within."""
    assert Priority.of(1, "ä" * 32, 0.001) == Priority(1, "ä" * 32, 0.001)
    assert Priority.of(5, "k", 1000) == Priority(5, "k", 1000)
    assert Priority.of() == Priority()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        *(
            (
                {"max_concurrent": given},
                f"max_concurrent={given!r} of action 'a' is not a whole number from 1 on, or None",
            )
            for given in (0, -1, 1.5, True, "2")
        ),
        (
            {"max_concurrent": 1, "local": True},
            "action 'a' is local, and would hold its workflow's task up while it waits",
        ),
    ],
)
def test_what_is_no_limit(options: dict[str, Any], text: str) -> None:
    """A limit is a whole number of a regular action; every way to define one says so."""
    do = Do(registry=Registry())
    ways: list[Callable[..., Any]] = [
        lambda **given: do.action.create(name="a", handler=lambda: None, **given),
        lambda **given: do.action.create(name="a", **given)(lambda: None),
    ]
    for way in ways:
        with pytest.raises(DefinitionError) as refused:
            way(**options)
        assert str(refused.value).startswith(text)


@pytest.mark.parametrize(("text", "rate"), [("20", 20), ("0.5", 0.5), ("off", None), (" OFF ", None)])
def test_a_rate(text: str, rate: float | None) -> None:
    """A number a second, or off."""
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "0", "-1", "many", "inf", "nan"])
def test_what_is_no_rate(text: str) -> None:
    """Anything else is refused, nothing a second too: that would stop the queue."""
    with pytest.raises(InputError) as refused:
        parse_rate(text)
    assert str(refused.value) == (
        f"the rate limit {text!r} is no number of actions a second: write one above 0, or off for no limit"
    )
