"""Pure: whom a run tells of its start and its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dosdk_temporal.errors import InputError

__all__ = ["MOMENTS", "NOTIFIER", "check_notifications"]

NOTIFIER: Final = "send-notification"
"""The action that tells somebody; a project replaces it by registering its own."""

MOMENTS: Final = ("onStart", "onComplete", "onFailure")
"""The documents' words, and the ``kind`` that the notifier is given. Completion is success, the rest is failure."""


def check_notifications(given: object) -> dict[str, list[str]]:
    """Recipients by moment, each once.

    Args:
        given: a mapping of :data:`MOMENTS` to a recipient or a list of them, or None.

    Raises:
        InputError: for anything else.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InputError(f"notifications={given!r} is not a mapping: write {{'onFailure': ['ops@example.com']}}")
    unknown = sorted(repr(key) for key in given if key not in MOMENTS)
    if unknown:
        raise InputError(f"notifications knows no {', '.join(unknown)}: there are {', '.join(MOMENTS)}")
    told = {moment: _recipients(moment, given[moment]) for moment in MOMENTS if given.get(moment) is not None}
    return {moment: recipients for moment, recipients in told.items() if recipients}


def _recipients(moment: str, given: Any) -> list[str]:
    several = [given] if isinstance(given, str) else given
    if not isinstance(several, list | tuple) or not all(map(_is_recipient, several)):
        raise InputError(
            f"notifications has {moment}={given!r}: write an address, '#channel' or '@name', or a list of them"
        )
    return list(dict.fromkeys(several))


def _is_recipient(value: object) -> bool:
    return isinstance(value, str) and bool(value) and value.isprintable() and value == value.strip()
