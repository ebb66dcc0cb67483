"""Pure: lengths of time in a definition: text, but for the documented milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.shapes import wrong_type
from dosdk_temporal._pure.durations import parse_duration
from dosdk_temporal.errors import InputError

__all__ = ["DELAY", "DURATION", "LENGTH", "Delay", "Duration"]

_PATTERN: Final = r"\s*(([0-9]+(\.[0-9]+)?\s*(ms|[smhdw])\s*)+|[Pp][0-9DHMPSTWYdhmpstwy.,]+)"
_LONGEST: Final = 36_500 * 86_400
_SPELLINGS: Final = "write text like '90s', '3d', '1h30m' or 'PT1H'"


@dataclass(frozen=True)
class Duration:
    """Text like ``90s``; a bare number is refused with the text that may be meant.

    Attributes:
        positive: whether it has to be more than nothing.
    """

    positive: bool = True

    def read(self, value: Any, path: Path, problems: Problems) -> str | None:
        """See the shapes."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            hint = f"write '{value:g}s' for seconds, or '{value:g}ms' for milliseconds"
            problems.error("bare-duration", path, f"{value:g} says no unit of time", hint)
        elif not isinstance(value, str):
            wrong_type(value, "a duration", path, problems, _SPELLINGS)
        elif self._fits(value, path, problems):
            return value
        return None

    def schema(self) -> dict[str, Any]:
        """See the shapes."""
        return {"type": "string", "pattern": f"^{_PATTERN}$", "examples": ["90s", "3d", "1h30m", "PT1H"]}

    def _fits(self, text: str, path: Path, problems: Problems) -> bool:
        try:
            length = parse_duration(text)
        except InputError as error:
            hint = "a wait of computed length is 'wait: {until: ...}'" if "{{" in text else _SPELLINGS
            reason = "is longer than 100 years" if "100 years" in str(error) else "is no duration"
            problems.error("bad-duration", path, f"{text!r:.60} {reason}", hint)
            return False
        if not length and self.positive:
            problems.error("bad-duration", path, f"{text!r:.60} leaves no time", "give more than zero")
            return False
        return True


@dataclass(frozen=True)
class Delay:
    """A documented delay: milliseconds as a bare number, or text."""

    def read(self, value: Any, path: Path, problems: Problems) -> float | str | None:
        """See the shapes."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value if self._fits(value, path, problems) else None
        return LENGTH.read(value, path, problems)

    def schema(self) -> dict[str, Any]:
        """See the shapes."""
        return {"anyOf": [{"type": "number", "minimum": 0, "description": "milliseconds"}, LENGTH.schema()]}

    def _fits(self, value: float, path: Path, problems: Problems) -> bool:
        if value < 0:
            problems.error("bad-duration", path, f"{value:g} is negative", "give milliseconds of 0 or more")
        elif value > _LONGEST * 1000:
            problems.error("bad-duration", path, f"{value:g} milliseconds are longer than 100 years", _SPELLINGS)
        else:
            return True
        return False


DURATION: Final = Duration()
LENGTH: Final = Duration(positive=False)
DELAY: Final = Delay()
