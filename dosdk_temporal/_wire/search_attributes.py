"""Wire: the search attributes that runs carry, where the namespace has them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["ANYBODY", "APPROVERS", "SEARCH_ATTRIBUTES", "UNTIL", "WAITING_FOR"]

WAITING_FOR: Final = "DoWaiting"
"""What a run waits for, each as ``approval:manager`` or ``event:order.paid``."""

APPROVERS: Final = "DoApprovers"
"""Who may decide what it waits for."""

UNTIL: Final = "DoUntil"
"""When the first of its waits times out."""

ANYBODY: Final = "*"
"""Stands among the approvers of what anybody may decide."""

SEARCH_ATTRIBUTES: Final[Mapping[str, str]] = MappingProxyType(
    {APPROVERS: "KeywordList", UNTIL: "Datetime", WAITING_FOR: "KeywordList"}
)
"""What the inbox of approvals asks for, by the type's name in Temporal."""
