"""A template, put into a project and served: what its own tests claim in memory is so on the real server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from dosdk_temporal._cli.main import run
from dosdk_temporal.testing import TestDo

Serve = Callable[..., Any]

INCIDENT = {"incidentId": "inc-1", "title": "No light", "severity": "high", "owner": "ada@example.com"}


async def test_an_incident_is_followed_up_for_weeks(
    do: TestDo, serve: Serve, time_skipper: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    """An event starts the follow-up; the owner is reminded weekly, until what is never repaired goes to somebody else."""
    monkeypatch.chdir(tmp_path)
    settings = ("checks=2", f"event=resolved-{do.settings.task_queue}", "escalateTo=leads@example.com")
    assert run(["templates", "add", "incident-follow-up", *(part for one in settings for part in ("--set", one))]) == 0
    do.mock("create-review-document", returns={"url": "https://wiki.example.com/inc-1"})
    asked = do.mock("list-open-repairs", returns={"open": ["lamp"]})
    told = do.mock("send-notification")
    do.workflows.load("follow-up-incident.yaml")
    async with serve():
        emitted = await do.events.emit(settings[1].partition("=")[2], INCIDENT)
        (started,) = emitted.started
        result = await do.workflows.get(started).result()
        status = await do.workflows.get_status(started)
    assert result == {"review": "https://wiki.example.com/inc-1", "open": ["lamp"]}
    assert (asked, [(one["to"], one["kind"]) for one in told]) == (
        [{"incidentId": "inc-1"}] * 2,
        [
            ("ada@example.com", "incident-review"),
            ("ada@example.com", "incident-reminder"),
            ("ada@example.com", "incident-reminder"),
            ("leads@example.com", "incident-escalation"),
        ],
    )
    assert status.closed_at is not None
    assert status.closed_at - status.started_at >= timedelta(days=3 + 7)
