"""What the business has sent, as most tests look at it."""

from __future__ import annotations

from activities import read_outbox

__all__ = ["outbox"]


def outbox() -> list[tuple[str, str]]:
    """Recipient and subject of each delivery."""
    return [(delivery.to, delivery.subject) for delivery in read_outbox()]
