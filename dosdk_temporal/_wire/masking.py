"""Wire: an exception as it may travel where it holds what may not: another one, that says the same, with ``***`` for secrets."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from types import TracebackType

from dosdk_temporal._pure.revealed import REVEALED
from dosdk_temporal._pure.secret_values import is_openly_written

__all__ = ["masked_error"]


def masked_error(error: BaseException) -> BaseException:
    """The exception itself, where nothing of what a traceback shows holds a value of a secret; else a stand-in.

    The stand-in has the class's name, the message, the causes and the traceback of the exception; a traceback of which a line
    of code holds the value is left out, and so are the details of one of Temporal's own: what cannot be written, or may not,
    would end the attempt in place of the error.
    """
    shown = "".join(traceback.format_exception(error)) if REVEALED else ""
    is_clean = REVEALED.masked(shown) == shown and all(map(_has_open_details, _chain(error)))
    return error if is_clean else _stand_in(error)


def _before(error: BaseException) -> BaseException | None:
    """The exception that led to it, as its traceback shows it; None where it is the first."""
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = _before(link)


def _has_open_details(error: BaseException) -> bool:
    is_temporals = any(kind.__module__ == "temporalio.exceptions" for kind in type(error).__mro__)
    return not is_temporals or is_openly_written(getattr(error, "details", ()))


def _stand_in(error: BaseException) -> BaseException:
    kind: type[Exception] = type(
        REVEALED.masked(type(error).__name__), (Exception,), {"__module__": type(error).__module__}
    )
    other = kind(REVEALED.masked(str(error))).with_traceback(_clean(error.__traceback__))
    led_to_it = _before(error)
    other.__cause__ = None if led_to_it is None else _stand_in(led_to_it)
    return other


def _clean(trace: TracebackType | None) -> TracebackType | None:
    lines = "".join(traceback.format_tb(trace))
    return trace if REVEALED.masked(lines) == lines else None
