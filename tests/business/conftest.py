"""Peers, databases and a home of its own for each test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from activities.parts import database, notices
from dosdk_temporal import ActionContext
from dosdk_temporal.testing import TestDo
from tests.business.http_peer import HttpPeer, http_peer
from tests.business.smtp_peer import SmtpPeer, smtp_peer
from tests.postgresql import PostgreSQL

_SETTINGS = (
    "BUSINESS_DATABASE_URL",
    "SMTP_URL",
    "MAIL_FROM",
    "SLACK_WEBHOOK_URL",
    "CRM_URL",
    "ALERT_URL",
    "ENRICH_URL",
    "ACCOUNTS_URL",
    "ACCOUNT_MANAGERS",
    "CALENDAR_URL",
    "SCHEDULING_URL",
    "METRICS_URL",
)


@pytest.fixture(autouse=True)
async def business_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """A folder of the test's own, with nothing configured and nothing said yet."""
    for name in _SETTINGS:
        monkeypatch.delenv(f"DO_{name}", raising=False)
    monkeypatch.setenv("DO_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(notices, "_told", set())
    yield tmp_path / "home"
    await database.close()


@pytest.fixture
async def service() -> AsyncIterator[HttpPeer]:
    """A service to post to."""
    async with http_peer() as peer:
        yield peer


@pytest.fixture
async def mail_server() -> AsyncIterator[SmtpPeer]:
    """A mail server to send by."""
    async with smtp_peer() as peer:
        yield peer


@pytest.fixture(params=["sqlite", "postgresql"])
async def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each database in turn, without tables: one suite judges both."""
    name: str = request.param
    if name == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        monkeypatch.setenv("DO_BUSINESS_DATABASE_URL", server.url)
        async with database.transaction() as connection:
            await connection.execute(text("DROP TABLE billing_accounts, users, customers"))
        await database.close()
    return name


@pytest.fixture
async def serving(do: TestDo) -> AsyncIterator[TestDo]:
    """A client with a worker that serves the whole business."""
    async with do.worker("activities", "workflows"):
        yield do


@pytest.fixture(params=[1000, 0], ids=["cached", "replayed"])
async def replayed(request: pytest.FixtureRequest, do: TestDo) -> AsyncIterator[TestDo]:
    """A client with a worker that serves the whole business; each test runs twice, the second time replayed at each task."""
    async with do.worker("activities", "workflows", max_cached_workflows=request.param):
        yield do


@pytest.fixture
def attempt() -> Callable[..., ActionContext]:
    """An attempt at an action, as its handler sees it: ``attempt("run-1/step")``."""

    def made(key: str = "run-1/step", number: int = 1) -> ActionContext:
        return ActionContext(execution_id="run-1", action="tested", attempt=number, idempotency_key=key)

    return made


@pytest.fixture
def environment(business_home: Path) -> dict[str, str]:
    """The environment for a process of the test's own, which finds this project's modules."""
    paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
