"""Pure: what a compiled node is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.tree import Node

__all__ = ["Compile", "Run"]

Run = Callable[[Mapping[str, Any], Meter], Any]
"""Evaluates a node: with the names of the scope, and the meter of this evaluation."""

Compile = Callable[[Node], Run]
"""Makes it of a node; handed to those who compile a node's parts."""
