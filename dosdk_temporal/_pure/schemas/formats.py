"""Pure: the formats of text that are asserted: ``uri email date date-time uuid``.

All other formats are notes for people, as JSON Schema has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

__all__ = ["FORMATS", "Format"]

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATE: Final = re.compile(_DAY)
_DATE_TIME: Final = re.compile(
    rf"({_DAY})[Tt ]([0-9]{{2}}:[0-9]{{2}}):([0-9]{{2}})(\.[0-9]+)?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})"
)
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.")
_NOT_IN_URI: Final = re.compile(r"[\x00-\x20\x7f<>\"{}|\\^`]")
_NOT_IN_LOCAL: Final = re.compile(r"[\x00-\x20\x7f\"(),:;<>@\[\\\]]|\.\.")
_LABEL: Final = re.compile(r"(?!-)[^\W_]([\w-]*[^\W_])?")
_LONGEST_ADDRESS: Final = 254


class Format:
    """One format.

    Attributes:
        fits: whether a text is of it.
        words: what such a text is called, with an example.
    """

    def __init__(self, fits: Callable[[str], bool], words: str) -> None:
        self.fits = fits
        self.words = words


def _is_date(text: str) -> bool:
    return bool(_DATE.fullmatch(text)) and _exists(date.fromisoformat, text)


def _is_date_time(text: str) -> bool:
    parts = _DATE_TIME.fullmatch(text)
    if not parts or int(parts[3]) > 60:  # noqa: PLR2004 - RFC 3339 has leap seconds, Python has none
        return False
    zone = "+00:00" if parts[5] in "Zz" else parts[5]
    return _exists(datetime.fromisoformat, f"{parts[1]}T{parts[2]}:00{zone}")


def _exists(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _is_email(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    if not at or not local or len(text) > _LONGEST_ADDRESS or _NOT_IN_LOCAL.search(local):
        return False
    labels = domain.split(".")
    return (
        not local.startswith(".") and not local.endswith(".") and len(labels) > 1 and all(map(_LABEL.fullmatch, labels))
    )


def _is_uri(text: str) -> bool:
    if not _SCHEME.match(text) or _NOT_IN_URI.search(text):
        return False
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it says whether it is a number in range
    except ValueError:
        return False
    return bool(parts.hostname) or parts.scheme not in {"http", "https", "ftp", "ws", "wss"}


FORMATS: Final[Mapping[str, Format]] = {
    "uri": Format(_is_uri, "an address like 'https://example.com/a'"),
    "email": Format(_is_email, "an e-mail address like 'ada@example.com'"),
    "date": Format(_is_date, "a date like '2027-01-31'"),
    "date-time": Format(_is_date_time, "a time like '2027-01-31T09:30:00Z'"),
    "uuid": Format(lambda text: bool(_UUID.fullmatch(text)), "a UUID like '123e4567-e89b-12d3-a456-426614174000'"),
}
"""By name."""
