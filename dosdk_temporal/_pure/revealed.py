"""Pure: the values of secrets that this process has resolved: found in what is to be written, and masked in what is told.

A value is found anywhere within a text, as in ``Bearer <value>``, and in what others make of it: see :mod:`looks`. A number, and
what has less than eight characters, stands in many texts that have nothing to do with it, and is found where it is a whole
word. One that guards nothing (:mod:`guessable`) is not looked for.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from functools import cached_property
from threading import Lock
from typing import Any, Final

from dosdk_temporal._pure.guessable import is_guessable
from dosdk_temporal._pure.looks import looks_in_base64, looks_of

__all__ = ["MASK", "REVEALED", "Revealed"]

MASK: Final = "***"

_LONG: Final = 8
_MOST: Final = 1_000
"""Values that are remembered; where each call of a resolver gives a new one, the oldest have expired by then."""


class Revealed:
    """The values, each with its secret's name. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Value] = OrderedDict()
        self._values: tuple[_Value, ...] = ()
        """Those that are known, longest first: one may be part of another."""
        self._sought: tuple[tuple[bytes, _Value], ...] = ()
        """What is looked for in JSON."""
        self._lock = Lock()

    def __bool__(self) -> bool:
        return bool(self._values)

    def remember(self, name: str, value: str) -> bool:
        """Find the value from now on, also without the blanks around it, as the line's end of a file.

        Returns:
            Whether it is looked for.
        """
        text = value.strip()
        if is_guessable(text):
            return False
        known = self._known.get(text)
        if known is not None and known.name == name:
            return True
        with self._lock:
            self._known[text] = _Value(name, text)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
            self._values = tuple(sorted(self._known.values(), key=lambda one: -len(one.text)))
            self._sought = tuple((sought, one) for one in self._values for sought in one.sought)
        return True

    def forget(self) -> None:
        """Know no value any more."""
        with self._lock:
            self._known.clear()
            self._values = self._sought = ()

    def name_in(self, data: bytes) -> str | None:
        """The name of a secret whose value the JSON holds; None where it holds none."""
        for sought, value in self._sought:  # a plain loop: it is run for every payload
            if sought in data and value.stands_in(data):
                return value.name
        return None

    def masked(self, text: str) -> str:
        """A text with ``***`` where it holds a value."""
        for value in self._values:
            text = value.masked_in(text)
        return text

    def masked_all(self, value: Any) -> Any:
        """Plain JSON with ``***`` in its texts, keys and numbers."""
        if isinstance(value, str):
            return self.masked(value)
        if isinstance(value, dict):
            return {self.masked_all(key): self.masked_all(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.masked_all(item) for item in value]
        if isinstance(value, int | float) and self.masked(str(value)) == MASK:
            return MASK
        return value


class _Value:
    """One value, and how it looks where it is written down."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self._whole = len(text) < _LONG or text.isdecimal()
        looks = looks_of(text) if self._whole else looks_of(text) | looks_in_base64(text)
        self._looks = sorted(looks, key=len, reverse=True)
        self.sought = [look.encode(errors="surrogatepass") for look in self._looks]

    def stands_in(self, data: bytes) -> bool:
        """Whether the JSON, in which one of its looks was found, holds the value itself, and not a word that has it in it."""
        return not self._whole or self._pattern_in_json.search(data) is not None

    def masked_in(self, text: str) -> str:
        """The text with ``***`` in its place."""
        if not any(look in text for look in self._looks):
            return text
        return self._pattern.sub(MASK, text)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        looks = "|".join(map(re.escape, self._looks))
        return re.compile(rf"(?:(?<!\w)|(?<=\\[bfnrt]))(?:{looks})(?!\w)" if self._whole else looks)

    @cached_property
    def _pattern_in_json(self) -> re.Pattern[bytes]:
        return re.compile(self._pattern.pattern.encode(errors="surrogatepass"))


REVEALED: Final = Revealed()
"""Those of this process."""
