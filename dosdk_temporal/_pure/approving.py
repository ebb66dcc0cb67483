"""Pure: how an approval is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.forms import form_schema
from dosdk_temporal._pure.names import check_id
from dosdk_temporal._pure.notifications import NOTIFIER
from dosdk_temporal._pure.values import encode_input
from dosdk_temporal.errors import InputError

__all__ = ["ApprovalOptions", "approval_options"]

_MOST_APPROVERS: Final = 100
_SHORTEST_REMINDER: Final = timedelta(seconds=1)
_LONGEST_TITLE: Final = 200
_LONGEST_DETAILS: Final = 10_000


@dataclass(frozen=True)
class ApprovalOptions:
    """How an approval is asked for.

    Attributes:
        approvers: who may decide; empty for anybody.
        title: one line for who decides.
        details: Markdown for who decides.
        form: the type that an approval's form must fit; None for no form.
        timeout: after which it is over, undecided; None for never.
        remind_every: between two reminders; None for none.
        remind_with: the action that reminds.
    """

    approvers: tuple[str, ...] = ()
    title: str = ""
    details: str = ""
    form: Any = None
    timeout: timedelta | None = None
    remind_every: timedelta | None = None
    remind_with: str = NOTIFIER


def approval_options(
    *,
    approvers: Iterable[str] | str | None,
    title: str,
    details: str,
    form: Any,
    timeout: Duration | None,
    remind_every: Duration | None,
    remind_with: str,
) -> ApprovalOptions:
    """The options, checked.

    Raises:
        InputError: when one cannot be meant.
        DefinitionError: when the form is no type that can be validated.
    """
    people = _people(approvers)
    every = None if remind_every is None else parse_duration(remind_every, what="remind_every")
    if every is not None and every < _SHORTEST_REMINDER:
        raise InputError(f"remind_every={remind_every!r} is shorter than a second")
    _check_length("title", title, _LONGEST_TITLE)
    _check_length("details", details, _LONGEST_DETAILS)
    encode_input([title, details], "an approval")  # they are shown, in the memo too: no secret's value is in them
    form_schema(form)
    limit = None if timeout is None else parse_duration(timeout, what="timeout")
    return ApprovalOptions(people, title, details, form, limit, every, check_id(remind_with, "remind_with"))


def _people(approvers: Iterable[str] | str | None) -> tuple[str, ...]:
    if isinstance(approvers, bytes | Mapping) or not isinstance(approvers, Iterable | None):
        raise InputError(f"approvers={approvers!r} is no list of names, like ['ann', 'bob']")
    given = [approvers] if isinstance(approvers, str) else list(approvers or ())
    people = tuple(dict.fromkeys(check_id(person, "approver") for person in given))
    if approvers is not None and not people:
        raise InputError("approvers=[] lets nobody decide: name somebody, or leave it out for anybody")
    if len(people) > _MOST_APPROVERS:
        raise InputError(f"{len(people)} approvers are named, at most {_MOST_APPROVERS} are taken: name a group")
    return people


def _check_length(what: str, text: object, longest: int) -> None:
    if not isinstance(text, str):
        raise InputError(f"{what} is text, not {text!r}")
    if len(text) > longest:
        raise InputError(f"{what} has {len(text):,} characters, at most {longest:,} are taken")
