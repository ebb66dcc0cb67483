"""Models, tables and a client, all made once, when the module is imported."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

import httpx
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

TIMES_RUN = [1]


class Plan(enum.Enum):
    """An enumeration."""

    FREE = "free"
    PRO = "pro"


class Order(BaseModel):
    """A model with a time."""

    id: int
    at: datetime
    plan: Plan = Plan.FREE


@dataclass(frozen=True)
class Line:
    """A dataclass."""

    sku: str
    count: int = 1


class Base(DeclarativeBase):
    """The tables' base: mapping a table twice would be an error."""


class Row(Base):
    """A table."""

    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]


CLIENT = httpx.AsyncClient()
