"""The names by which an undoing is told: of its trace, and of the effect that follows it."""

from __future__ import annotations

import pytest

from dosdk_temporal._pure.names import MOST_ID_BYTES
from dosdk_temporal._pure.undone_keys import effect_key, trace_of


@pytest.mark.parametrize("execution_id", ["pay/k", "pay/" + "k" * 200, "\N{ROCKET}" * 120 + "/" + "\N{ROCKET}" * 120])
def test_a_trace_has_an_id_that_no_key_has(execution_id: str) -> None:
    """It begins as no action may be called, and Temporal takes it, however long the key's own id is."""
    assert trace_of(execution_id).startswith("dosdk.undone/")
    assert len(trace_of(execution_id).encode()) <= MOST_ID_BYTES
    assert trace_of(execution_id) != trace_of(execution_id + "2")


def test_an_effect_has_another_key_once_it_was_undone() -> None:
    """The first has the plain key, and each later one the undoing before it."""
    assert [effect_key("pay/k", undoing) for undoing in (None, "a", "b")] == ["pay/k", "pay/k/a", "pay/k/b"]
