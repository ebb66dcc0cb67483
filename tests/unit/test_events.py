"""Events without a server: which wait an event fits, and what an emitter may say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosdk_temporal._pure.events import canonical, event_call, fits, match_of, shape_of, wait_key
from dosdk_temporal._pure.trigger import check_trigger
from dosdk_temporal._wire.events import EventBody
from dosdk_temporal.errors import DefinitionError

SCALARS = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, 2.0]) | st.sampled_from(["", "1", "é"])
)
KEYS = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6
)
PATHS = st.lists(st.sampled_from(["a", "b", "c", "0", "1"]), min_size=1, max_size=3).map(".".join)


@given(st.dictionaries(PATHS, VALUES, max_size=3), VALUES)
def test_the_index_finds_what_fits(match: dict[str, Any], payload: Any) -> None:
    """A wait is found by its key exactly where its match fits the payload."""
    shape = shape_of(match)
    assert (wait_key(shape, payload) == wait_key(shape, match)) is fits(match, payload)


@given(VALUES)
def test_a_digest_is_of_the_value(value: Any) -> None:
    """Reading and writing JSON, and another order of keys, change no digest."""
    again = json.loads(json.dumps(_reversed(value)))
    assert event_call("tick", {"v": value}).digest() == event_call("tick", {"v": again}).digest()


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (7, 7.0, True),
        (1, True, False),
        (0, None, False),
        ("7", 7, False),
        ([1], [1.0], True),
        ({"a": 1}, {"a": True}, False),
    ],
)
def test_what_counts_as_equal(one: Any, other: Any, same: bool) -> None:
    """JSON's values are equal as JavaScript sees numbers, and a truth is no number."""
    assert (canonical(one) == canonical(other)) is same


@pytest.mark.parametrize(
    ("payload", "path", "value", "expected"),
    [
        ({"user": {"id": 7}}, "user.id", 7, True),
        ({"items": [{"sku": "a"}]}, "items.0.sku", "a", True),
        ({"items": [{"sku": "a"}]}, "items.1.sku", "a", False),
        ({"user.id": 7}, "user.id", 7, True),
        ({"user": 7}, "user.id", 7, False),
        ({"user": None}, "user", None, True),
        ({}, "user", None, False),
        ("text", "length", 4, False),
    ],
)
def test_paths(payload: Any, path: str, value: Any, expected: bool) -> None:
    """A path goes through mappings and lists; what is not there fits nothing, not even null."""
    assert fits({path: value}, payload) is expected


def test_a_match_is_a_copy() -> None:
    """What the caller changes afterwards changes no wait."""
    given_match: dict[str, Any] = {"a": [1]}
    match = match_of(given_match)
    given_match["a"].append(2)
    assert (match, match_of(None)) == ({"a": [1]}, {})


def test_what_travels_is_plain() -> None:
    """The dispatch carries the payload as it is."""
    call = event_call("tick", {"text": "é\u2028"}, "7", "1d")
    wire = json.loads(call.to_wire("7"))
    assert wire == {
        "name": "tick", "id": "7", "keep": 86400.0, "digest": call.digest(), "payload": {"text": "é\u2028"},
    }  # fmt: skip


@pytest.mark.parametrize("body", [None, "tick", [], {}, {"name": "tick", "id": "7", "payload": {}, "at": 1}])
def test_a_signal_of_others_is_no_event(body: Any) -> None:
    """Whatever people send under the SDK's signal name, it is told from an event."""
    assert EventBody.read(body) is None


def test_a_signal_of_a_later_version_is_read() -> None:
    """Keys that this version does not know are passed over."""
    event = EventBody("tick", "7", {"n": 1}, 1_000_000, 2_000_000)
    assert EventBody.read({**event.to_wire(), "later": True}) == event
    assert event.event().time.isoformat() == "1970-01-01T00:00:01+00:00"


@pytest.mark.parametrize(
    ("filter_text", "message"),
    [
        ("event.payload.plan ===", "the filter of workflow 'w' is no expression: "),
        ("{{ event.payload.plan", "the filter of workflow 'w' is no expression: '}}' is missing here"),
        (True, "the filter of workflow 'w' is True: write an expression"),
    ],
)
def test_a_filter_is_checked_where_it_is_written(filter_text: Any, message: str) -> None:
    """What is no expression is refused with the definition."""
    with pytest.raises(DefinitionError) as refused:
        check_trigger({"event": "user.created", "filter": filter_text}, "w")
    assert str(refused.value).startswith(message)
