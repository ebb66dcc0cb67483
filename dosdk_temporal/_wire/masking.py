"""Wire: an exception as it may travel where a secret's value stands in it: another one, that says the same with ``***``."""

from __future__ import annotations

import traceback
from types import TracebackType

from dosdk_temporal._pure.revealed import REVEALED

__all__ = ["masked_error"]


def masked_error(error: BaseException) -> BaseException:
    """The exception itself, where nothing of what a traceback shows holds a value of a secret; else a stand-in.

    The stand-in has the class's name, the message, the causes and the traceback of the exception; a traceback of which a line
    of code holds the value is left out.
    """
    if not REVEALED:
        return error
    shown = "".join(traceback.format_exception(error))
    return error if REVEALED.masked(shown) == shown else _stand_in(error)


def _stand_in(error: BaseException) -> BaseException:
    kind: type[Exception] = type(type(error).__name__, (Exception,), {"__module__": type(error).__module__})
    other = kind(REVEALED.masked(str(error))).with_traceback(_clean(error.__traceback__))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    other.__cause__ = None if before is None else _stand_in(before)
    return other


def _clean(trace: TracebackType | None) -> TracebackType | None:
    lines = "".join(traceback.format_tb(trace))
    return trace if REVEALED.masked(lines) == lines else None
