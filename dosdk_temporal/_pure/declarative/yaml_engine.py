"""Pure: ruamel.yaml's own parser without the detours that it takes at each token: an eighth of the time of a long document.

Imported where a document is read, since importing ruamel.yaml takes 50 ms.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.parser import Parser
from ruamel.yaml.scanner import Scanner

__all__ = ["events_of"]


def events_of(text: str) -> Iterator[Any]:
    """The events of a YAML text, as ruamel.yaml gives them.

    Raises:
        YAMLError: when it is none.
        ValueError: from an escape or a directive that the scanner takes apart without looking.
        IndexError: likewise.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Parser, yaml.Scanner = _Parser, _Scanner
    yield from yaml.parse(text)


class _Parser(Parser):
    @cached_property
    def scanner(self) -> Any:
        """Looked up once, and not for each token."""
        return self.loader.scanner


class _Scanner(Scanner):
    def need_more_tokens(self) -> bool:
        """Looked into only where a key may have begun, of which the end is not known."""
        if self.done or not self.tokens:
            return not self.done
        return bool(self.possible_simple_keys) and bool(super().need_more_tokens())
