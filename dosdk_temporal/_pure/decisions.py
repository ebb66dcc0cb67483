"""Pure: a person's decision: as it is sent, as it is answered, and as the handler gets it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Self
from uuid import uuid4

from dosdk_temporal._pure.values import plain
from dosdk_temporal.errors import ApprovalError

__all__ = ["Answer", "Decision", "DecisionAnswer", "DecisionRequest", "check_texts", "new_request", "read_request"]

_LONGEST_NAME: Final = 200
_LONGEST_COMMENT: Final = 10_000


@dataclass(frozen=True)
class Decision:
    """What became of an approval.

    Attributes:
        approved: whether it was approved; False for a rejection and for a time-out.
        by: who decided, as they said; None when nobody did, and when they did not say.
        at: when, in UTC.
        comment: theirs; empty where they gave none.
        form: what they filled in, as the model that was asked for; None where there was none.
        timed_out: whether nobody decided in time.
    """

    approved: bool
    by: str | None
    at: datetime
    comment: str = ""
    form: Any = None
    timed_out: bool = False


@dataclass(frozen=True)
class DecisionRequest:
    """An attempt to decide.

    Attributes:
        name: which wait; None where only one can be meant.
        approved: the answer.
        by: who says it.
        comment: theirs.
        form: what they filled in: plain JSON; None where they filled in nothing.
        id: of this attempt: delivered twice, it counts once.
        link: the id of the link that carries it; None where none did.
    """

    name: str | None
    approved: bool
    by: str | None = None
    comment: str = ""
    form: Any = None
    id: str | None = None
    link: str | None = None

    def to_wire(self) -> dict[str, Any]:
        """As plain JSON; what says nothing is left out."""
        return {key: value for key, value in vars(self).items() if value not in (None, "")}

    @property
    def form_digest(self) -> str | None:
        """Of what was filled in, to tell it again where the form itself is not kept; None for nothing."""
        if self.form is None:
            return None
        return hashlib.sha256(json.dumps(self.form, sort_keys=True).encode()).hexdigest()[:16]

    def is_like(self, other: DecisionRequest) -> bool:
        """Whether it says the same: by the same person, with the same answer."""
        return (self.by, self.approved, self.form) == (other.by, other.approved, other.form)


class Answer:
    """What a run answers to somebody who decides; how it travels."""

    at: datetime | None
    open: tuple[str, ...]

    def to_wire(self) -> dict[str, Any]:
        """As plain JSON."""
        return {**vars(self), "at": self.at.isoformat() if self.at else None, "open": list(self.open)}

    @classmethod
    def from_wire(cls, told: Mapping[str, Any]) -> Self:
        """The answer that :meth:`to_wire` gave."""
        at = told.get("at")
        return cls(**{**told, "at": datetime.fromisoformat(at) if at else None, "open": tuple(told["open"])})


@dataclass(frozen=True)
class DecisionAnswer(Answer):
    """What became of an attempt to decide that was not refused.

    Attributes:
        state: ``decided``: it counts, or it is the one that counted; ``kept``: the wait is not reached yet, it will be checked
            there; ``sent``: the run will see it, and could not answer now (it is paused, or no worker is running).
        name: of the wait; None where the run could not answer.
        approved: the answer that counts.
        by: who gave it.
        at: when; None unless decided.
        open: the names that are waited for now.
    """

    state: Literal["decided", "kept", "sent"]
    name: str | None
    approved: bool
    by: str | None
    at: datetime | None = None
    open: tuple[str, ...] = ()


def new_request(name: str | None, approved: bool, by: str | None, comment: str, form: Any) -> DecisionRequest:
    """An attempt to decide, with an id of its own.

    Raises:
        ApprovalError: when an argument cannot be meant.
    """
    filled = None if form is None else plain(form, "the decision's form")
    return read_request(
        {"name": name, "approved": approved, "by": by, "comment": comment, "form": filled, "id": str(uuid4())}
    )


def read_request(body: Any, approved: bool | None = None) -> DecisionRequest:
    """An attempt to decide as anybody may send it, also from the Temporal CLI and Web UI.

    Args:
        body: a mapping with ``name``, ``by``, ``comment``, ``form``, all of which may be left out, and ``approved``.
        approved: the answer, where the name of the signal says it.

    Raises:
        ApprovalError: when it cannot be read as one.
    """
    shape = 'send an object like {"name": "manager", "by": "ann"}'
    if body is None:
        body = {}
    if not isinstance(body, Mapping):
        raise ApprovalError(f"a decision is no {type(body).__name__}: {shape}")
    unknown = sorted(map(str, set(body) - set(DecisionRequest.__dataclass_fields__)))
    if unknown:
        raise ApprovalError(f"a decision has no {', '.join(map(repr, unknown))}: {shape}")
    answer = body.get("approved") if approved is None else approved
    if not isinstance(answer, bool):
        raise ApprovalError(f"a decision says approved true or false, not {answer!r}")
    check_texts(body)
    said = {key: body.get(key) or None for key in ("name", "by", "id", "link")}
    return DecisionRequest(**said, approved=answer, comment=body.get("comment") or "", form=body.get("form"))


def check_texts(body: Mapping[str, Any]) -> None:
    """Refuse what cannot be the name, person, comment or id of what a person says to a run.

    Raises:
        ApprovalError: naming the key.
    """
    for key in ("name", "by", "comment", "id", "link"):
        _check_text(body.get(key), key, _LONGEST_COMMENT if key == "comment" else _LONGEST_NAME)


def _check_text(value: Any, key: str, longest: int) -> None:
    if value is not None and not isinstance(value, str):
        raise ApprovalError(f"{key} of a decision is text, not {value!r}")
    if value and key != "comment" and not value.isprintable():
        raise ApprovalError(f"{key} of a decision has characters that cannot be printed: {value[:40]!r}")
    if value and len(value) > longest:
        raise ApprovalError(f"{key} of a decision has {len(value):,} characters, at most {longest:,} are taken")
