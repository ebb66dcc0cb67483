"""Pure: the values of secrets that this process has resolved: found in what is to be written, and masked in what is told.

A value of eight characters and more is found anywhere within a text, as in ``Bearer <value>``. A shorter one stands in many
texts that have nothing to do with it, and is found where it is a whole text of the JSON, or a whole word of what is told.
One of less than four, which guards nothing, is not looked for.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from functools import cached_property
from threading import Lock
from typing import Final

__all__ = ["MASK", "REVEALED", "Revealed"]

MASK: Final = "***"

_LONG: Final = 8
_SHORT: Final = 4
_MOST: Final = 1_000
"""Values that are remembered; where each call of a resolver gives a new one, the oldest have expired by then."""


class Revealed:
    """The values, each with its secret's name. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Value] = OrderedDict()
        self._values: tuple[_Value, ...] = ()
        """Those that are known, longest first: one may be part of another."""
        self._sought: tuple[tuple[bytes, str], ...] = ()
        """What is looked for in JSON, each with the secret's name."""
        self._lock = Lock()

    def __bool__(self) -> bool:
        return bool(self._values)

    def remember(self, name: str, value: str) -> None:
        """Find the value from now on."""
        known = self._known.get(value)
        if len(value) < _SHORT or (known is not None and known.name == name):
            return
        with self._lock:
            self._known[value] = _Value(name, value)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
            self._values = tuple(sorted(self._known.values(), key=lambda one: -len(one.text)))
            self._sought = tuple((sought, one.name) for one in self._values for sought in one.sought)

    def forget(self) -> None:
        """Know no value any more."""
        with self._lock:
            self._known.clear()
            self._values = self._sought = ()

    def name_in(self, data: bytes) -> str | None:
        """The name of a secret whose value the JSON holds; None where it holds none."""
        for sought, name in self._sought:  # a plain loop: it is run for every payload
            if sought in data:
                return name
        return None

    def masked(self, text: str) -> str:
        """A text with ``***`` where it holds a value."""
        for value in self._values:
            text = value.masked_in(text)
        return text


class _Value:
    """One value, and how it looks where it is written down."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self._looks = sorted(_looks(text), key=len, reverse=True)
        whole = len(text) < _LONG
        self.sought = [(f'"{look}"' if whole else look).encode(errors="surrogatepass") for look in self._looks]
        self._whole = whole

    def masked_in(self, text: str) -> str:
        if not any(look in text for look in self._looks):
            return text
        return self._pattern.sub(MASK, text)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        looks = "|".join(map(re.escape, self._looks))
        return re.compile(rf"(?<!\w)(?:{looks})(?!\w)" if self._whole else looks)


def _looks(text: str) -> set[str]:
    """The text as it is, in Python's own writing, in JSON, and in JSON that is a text of JSON."""
    written = {text, repr(text)[1:-1], *(_in_json(text, ascii_only) for ascii_only in (True, False))}
    return written | {_in_json(look, ascii_only) for look in written for ascii_only in (True, False)}


def _in_json(text: str, ascii_only: bool) -> str:
    return json.dumps(text, ensure_ascii=ascii_only)[1:-1]


REVEALED: Final = Revealed()
"""Those of this process."""
