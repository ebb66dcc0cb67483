"""Outside: errors that name options as Python writes them, in the words of who types them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from dosdk_temporal.errors import DoError

__all__ = ["in_flags"]


@contextmanager
def in_flags(spelled: Mapping[str, str]) -> Iterator[None]:
    """Say of options in errors what is typed for them.

    Args:
        spelled: how an error names each, with the sign that follows, so that no field of an input is taken for it; and what is
            typed, as ``{"from_step=": "--from"}``.
    """
    try:
        yield
    except DoError as error:
        for said, typed in spelled.items():
            error.message = error.message.replace(said, typed)
        raise
