"""What the live tests share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal.testing import TestDo


@pytest.fixture(params=[1000, 0], ids=["cached", "replayed"])
def serve(request: pytest.FixtureRequest, do: TestDo) -> Callable[..., Any]:
    """A worker of ``do``; each test that uses it runs twice, the second time with every workflow task replayed from the top."""

    def worker(**options: Any) -> Any:
        return do.worker(**{"max_cached_workflows": request.param, "unknown_grace": "1s", **options})

    return worker
