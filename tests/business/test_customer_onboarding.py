"""The documented service, on a real server, to its end."""

from __future__ import annotations

import pytest

from activities import read_outbox
from activities.parts.users import find_user_by_email
from dosdk_temporal import InputError
from dosdk_temporal.testing import TestDo

ADA = {"userName": "Ada Lovelace", "userEmail": "ada@example.com"}


async def test_a_customer_is_made(do: TestDo) -> None:
    """A user, a billing account, a mail and a message to sales come of two fields; again, it is the same user and account."""
    async with do.worker("activities", "workflows"):
        service = do.service("customer-onboarding-workflow")
        first, second = await service.execute(ADA), await service.execute(ADA)
        with pytest.raises(InputError, match="userEmail: must be an e-mail address"):
            await service.execute({**ADA, "userEmail": "ada"})
    user = await find_user_by_email("ada@example.com")
    assert user is not None
    assert list(first) == ["createUserInDb", "setupBillingAccount", "sendWelcomeEmail", "notifySalesOnSlack"]
    assert first["createUserInDb"] == {"success": True, "userId": user.id}
    for step in ("createUserInDb", "setupBillingAccount"):
        assert first[step] == second[step]
    assert [delivery.channel for delivery in read_outbox()] == ["mail", "slack"] * 2
