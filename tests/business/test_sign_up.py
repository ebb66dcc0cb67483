"""The sign-up in three steps, on a real server."""

from __future__ import annotations

from typing import Any

from activities.parts.users import find_user_by_email
from dosdk_temporal.testing import TestDo
from tests.business.outbox import outbox

JANE = {"name": "Jane Doe", "email": "jane.doe@acme.example"}


async def test_only_what_failed_is_tried_again(do: TestDo) -> None:
    """A CRM that is away costs neither a second user nor a second mail: the third step alone goes on."""
    told: list[dict[str, Any]] = []

    def crm(**contact: Any) -> dict[str, Any]:
        told.append(contact)
        if len(told) < 3:
            raise ConnectionError("the CRM is away")
        return {"success": True, "userId": contact["userId"]}

    do.mock("update-crm", returns=crm)
    async with do.worker("activities", "workflows"):
        run = await do.workflows.start("sign-up", JANE)
        result = await run.result()
        status = await run.status()
    user = await find_user_by_email(JANE["email"])
    assert user is not None
    assert (result["userId"], told) == (user.id, [{"userId": user.id, **JANE}] * 3)
    assert outbox() == [("jane.doe@acme.example", "Welcome to .do!")]
    assert [(step.name, step.attempts) for step in status.steps] == [
        ("create-user-in-db", 1),
        ("send-welcome-email", 1),
        ("update-crm", 3),
    ]


async def test_a_whole_sign_up_done_again(do: TestDo) -> None:
    """The same person signed up twice is one user, mailed once, and one contact; both runs give the same."""
    async with do.worker("activities", "workflows"):
        first = await do.workflows.execute("sign-up", JANE)
        assert await do.workflows.execute("sign-up", JANE) == first
    assert sorted(set(outbox())) == [("jane.doe@acme.example", "Welcome to .do!"), ("the CRM", "Contact: Jane Doe")]
    assert [to for to, _ in outbox()].count(JANE["email"]) == 1
