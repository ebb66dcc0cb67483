"""What is for ``async with`` alone, entered or awaited in another way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import DefinitionError, Do, Registry
from dosdk_temporal._inside.compensating import Block

SAGA = "do.saga() is entered by 'async with': write 'async with do.saga():'"


def _block() -> Any:
    return Block(None)  # type: ignore[arg-type] # it is never begun


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_block, SAGA),
        (lambda: Do(registry=Registry()), "Do(...) is entered by 'async with': write 'async with Do(...):'"),
        (
            lambda: Do(registry=Registry()).worker(),
            "do.worker(...) is entered by 'async with': write 'async with do.worker(...):'",
        ),
    ],
)
def test_a_plain_with(make: Callable[[], Any], message: str) -> None:
    """A plain ``with`` says what to write."""
    with pytest.raises(DefinitionError) as refused, make():
        pass
    assert str(refused.value) == message


async def test_an_awaited_saga() -> None:
    """So does ``await do.saga()``, which would do nothing."""
    with pytest.raises(DefinitionError) as refused:
        await _block()
    assert str(refused.value) == SAGA
