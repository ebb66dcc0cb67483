"""What the SDK says beside a value."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosdk_temporal._pure.facts import FACTS_KEY, CallFacts, ResultFacts, pack, unpack

TEXTS = st.none() | st.text(min_size=1)
OPTIONS = st.dictionaries(st.text(), st.none() | st.integers(-(2**53), 2**53) | st.text(), max_size=3)
CALLS = st.builds(CallFacts, st.text(min_size=1), TEXTS, TEXTS, TEXTS, OPTIONS, OPTIONS, OPTIONS, TEXTS)
RESULTS = st.builds(
    ResultFacts, TEXTS, st.none() | st.integers(1, 10**6), TEXTS, TEXTS, st.lists(st.dictionaries(st.text(), st.text()))
)


def test_the_key_is_a_wire_name() -> None:
    """The metadata key never changes: recorded histories carry it."""
    assert FACTS_KEY == "dosdk"


def test_what_says_nothing_is_left_out() -> None:
    """A payload carries only what is said."""
    assert (json.loads(pack(CallFacts(version="2"))), json.loads(pack(ResultFacts()))) == (
        {"kind": "workflow", "version": "2"},
        {},
    )


@pytest.mark.parametrize("raw", [None, b"", b"{", b"[]", b"null", b'"text"', b"5", b"\xff", b'{"later": 1}'])
def test_a_payload_of_somebody_else(raw: bytes | None) -> None:
    """A payload that the SDK did not write, or that a later version wrote, says nothing and stops nobody."""
    metadata = {"encoding": b"json/plain"} | ({} if raw is None else {FACTS_KEY: raw})
    assert (unpack(CallFacts, metadata), unpack(ResultFacts, metadata)) == (CallFacts(), ResultFacts())


@given(CALLS, RESULTS)
def test_facts_come_back(call: CallFacts, result: ResultFacts) -> None:
    """Facts packed and unpacked are the same."""
    assert unpack(CallFacts, {FACTS_KEY: pack(call)}) == call
    assert unpack(ResultFacts, {FACTS_KEY: pack(result)}) == result
