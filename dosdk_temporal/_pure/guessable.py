"""Pure: secrets' values that guard nothing: what everybody tries first stands in texts that have nothing to do with it.

A development's ``DB_PASSWORD=password`` would else refuse each input that has a field of that name.
"""

from __future__ import annotations

from typing import Final

__all__ = ["is_guessable"]

_SHORTEST: Final = 4
_SHORT: Final = 8

_COMMON: Final = frozenset(
    {
        "12345678", "123456789", "1234567890", "00000000", "11111111", "administrator", "changeit", "changeme",
        "change-me", "change_me", "development", "disabled", "elasticsearch", "localhost", "not-a-secret",
        "passw0rd", "password", "password1", "password123", "placeholder", "postgres", "postgresql", "production",
        "rabbitmq", "replaceme", "undefined", "username", "your-api-key",
    }
)  # fmt: skip


def is_guessable(value: str) -> bool:
    """Whether it is too short, a short word or number, or one that everybody knows."""
    if len(value) < _SHORTEST or value.lower() in _COMMON:
        return True
    return len(value) < _SHORT and (value.isalpha() or value.isdecimal())
