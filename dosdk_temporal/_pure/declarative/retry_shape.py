"""Pure: the documented retry strategy, and the words that may stand for its backoff."""

from __future__ import annotations

from typing import Any, Final

from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.records import Field, Record
from dosdk_temporal._pure.declarative.shapes import Number, Word, wrong_type
from dosdk_temporal._pure.declarative.time_shapes import DELAY

__all__ = ["RETRY"]

_WORDS: Final = Word(
    {
        "exponential": "each delay is the last one times the multiplier",
        "linear": "each delay is longer by the first one",
        "fixed": "all delays are the first one",
    }
)
_EXHAUSTED: Final = Word(
    {
        "fail": "the step fails",
        "hold": "the step waits for a person, who has it tried again, skips it with a value, or lets it fail",
    }
)
_DELAYS: Final = {
    "initialDelay": Field(DELAY, "before the second attempt: milliseconds, or text; default 1 second"),
    "multiplier": Field(Number(1, most=1000), "each further delay is the last one times this; default 2"),
    "maxDelay": Field(DELAY, "no delay is longer: milliseconds, or text; default 60 seconds"),
}
_BACKOFF: Final = Record("a backoff", _DELAYS, elsewhere={"maxAttempts": "it stands beside backoff"})
_OTHER_WORDS: Final = {
    "retries": "maxAttempts counts attempts, the first included",
    "maxRetries": "maxAttempts counts attempts, the first included",
    "attempts": "did you mean 'maxAttempts'?",
    "interval": "did you mean 'initialDelay', within backoff?",
    "delay": "did you mean 'initialDelay', within backoff?",
}


class _Backoff:
    """A word, or the delays."""

    def read(self, value: Any, path: Path, problems: Problems) -> dict[str, Any] | None:
        """The delays; a word as ``{"kind": word}``."""
        if isinstance(value, dict):
            return _BACKOFF.read(value, path, problems)
        word = _WORDS.read(value, path, problems)
        return None if word is None else {"kind": word}

    def schema(self) -> dict[str, Any]:
        """See the shapes."""
        return {"anyOf": [_WORDS.schema(), _BACKOFF.schema()]}


class _Retry:
    """A strategy; delays may stand beside the word of a backoff."""

    record: Final = Record(
        "a retry strategy",
        {
            "maxAttempts": Field(
                Number(1, whole=True, most=1_000_000), "attempts in all, the first included; default 3"
            ),
            "backoff": Field(_Backoff(), "how the delays grow"),
            **_DELAYS,
            "onExhausted": Field(_EXHAUSTED, "what follows when the last attempt has failed; default 'fail'"),
        },
        elsewhere=_OTHER_WORDS,
    )

    def read(self, value: Any, path: Path, problems: Problems) -> dict[str, Any] | None:
        """As far as it is said: ``{maxAttempts, backoff: {kind, initialDelay, multiplier, maxDelay}, onExhausted}``."""
        if isinstance(value, int) and not isinstance(value, bool):
            wrong_type(value, "a retry strategy", path, problems, f"write {{maxAttempts: {value}}}")
            return None
        read = self.record.read(value, path, problems)
        if read is None:
            return None
        beside = {key: read.pop(key) for key in _DELAYS if key in read}
        backoff = {**(read.pop("backoff", None) or {}), **beside}
        if beside and isinstance(value.get("backoff"), dict):
            names = ", ".join(map(repr, beside))
            problems.error(
                "both-spellings", path, f"{names} stands beside backoff's own mapping", "write it within backoff"
            )
        return {**read, "backoff": backoff} if backoff else read

    def schema(self) -> dict[str, Any]:
        """See the shapes."""
        return self.record.schema()


RETRY: Final = _Retry()
