"""The services that the business tells things to, each by one HTTP address."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from activities.parts import web
from activities.parts.home import home
from activities.parts.notices import tell_once
from activities.parts.outbox import Delivery, deliver

__all__ = ["ALERTS", "CALENDAR", "CRM", "SLACK", "Service"]


@dataclass(frozen=True)
class Service:
    """A service at an address that the environment gives.

    Attributes:
        name: as in messages.
        channel: as in the outbox.
        variable: the environment variable with its address, read at each call.
    """

    name: str
    channel: str
    variable: str

    async def tell(self, subject: str, payload: Mapping[str, Any], *, key: str) -> Any:
        """Post the payload to the service; to the outbox where it has no address.

        Args:
            subject: what it is about, in a line; only the outbox shows it.
            payload: the JSON.
            key: the idempotency key: told twice under one key, a service can know it, and the outbox has it once.

        Returns:
            The service's answer, as :func:`activities.parts.web.post` gives it; None from the outbox.

        Raises:
            ActionError: when the service refuses or cannot be reached.
        """
        if url := os.environ.get(self.variable):
            return await web.post(f"{self.name} ({self.variable})", url, payload, key=key)
        tell_once(
            self.channel,
            f"{self.name} is not told anything: {self.variable} is not set. Deliveries are written to "
            f"{home() / 'outbox.jsonl'} instead; set {self.variable} to the service's address to make them real.",
        )
        await deliver(Delivery(self.channel, to=self.name, subject=subject, body=dict(payload), key=key))
        return None


SLACK: Final = Service("Slack", "slack", "DO_SLACK_WEBHOOK_URL")
CRM: Final = Service("the CRM", "crm", "DO_CRM_URL")
ALERTS: Final = Service("support alerting", "alerts", "DO_ALERT_URL")
CALENDAR: Final = Service("the calendar", "calendar", "DO_CALENDAR_URL")
