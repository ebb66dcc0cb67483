"""Pure: YAML as plain values with their places, by libyaml's parser, which takes a twentieth of the time of one in Python.

Events are read one by one and the tree is built here: aliases, tags and depth are refused at the event that shows them, before
anything is built of them, so that no document costs more than its own length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from dosdk_temporal._pure.declarative.document import Document, Spot
from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.source import MAX_DEPTH, MAX_VALUES, TOO_LARGE, Source
from dosdk_temporal._pure.declarative.yaml_faults import Trap, report_syntax, trap_in, written
from dosdk_temporal._pure.declarative.yaml_scalars import plain_value

__all__ = ["read_yaml"]

_OTHER_BREAK: Final = re.compile("[\x85\u2028\u2029]")
"""What ends a line in YAML 1.1 and not in 1.2: some of them libyaml would make a blank of, others tear a text in two."""

_NO_PARSER: Final = (
    "YAML cannot be read here: PyYAML was installed without libyaml",
    "install libyaml with its headers, then PyYAML anew; or write the definition in JSON",
)
"""Where no wheel of PyYAML fits, and its source finds no libyaml; its parser in Python refuses ``{note: string?}``."""


def read_yaml(source: Source, problems: Problems) -> Document | None:
    """The document; None where it cannot be read."""
    strange = _OTHER_BREAK.search(source.text)
    if strange:
        sign = f"{ord(strange[0]):04X}"
        message = f"the character U+{sign} stands here, which YAML takes for the end of a line"
        problems.error("encoding", (), message, f"remove it, or write \\u{sign} in double quotes", at=strange.start())
        return None
    reading = _Reading(source, problems)
    for event in _events(source, problems):
        if not reading.take(event):
            return None
    return reading.document()


def _events(source: Source, problems: Problems) -> Iterator[Any]:
    import yaml  # noqa: PLC0415 - 30 ms that importing the package need not cost

    if not yaml.__with_libyaml__:
        problems.error("unreadable", (), *_NO_PARSER)
        yield None
        return
    try:
        yield from yaml.parse(source.text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        report_syntax(error, source, problems)
        yield None


class _Open:
    """A mapping or list that is being read.

    Attributes:
        path: its own.
        value: what is read of it so far.
        key: the key whose value comes next; None where a key comes next, and in a list.
        key_at: the offset of that key.
        forgotten: whether what is read in it counts for nothing: it has been refused.
    """

    def __init__(self, path: Path, value: dict[str, Any] | list[Any], *, forgotten: bool) -> None:
        self.path = path
        self.value = value
        self.key: str | None = None
        self.key_at = 0
        self.forgotten = forgotten

    @property
    def awaits_key(self) -> bool:
        """Whether a key comes next."""
        return isinstance(self.value, dict) and self.key is None

    @property
    def next_path(self) -> Path:
        """The path of what comes next; its own where that is a key."""
        if isinstance(self.value, list):
            return (*self.path, len(self.value))
        return self.path if self.key is None else (*self.path, self.key)


class _Reading:
    def __init__(self, source: Source, problems: Problems) -> None:
        self._source = source
        self._problems = problems
        self._open: list[_Open] = []
        self._root: Any = None
        self._documents = 0
        self._values = 0
        self._places: dict[Path, Spot] = {}
        self._numbers: dict[Path, str] = {}
        self._lines = Document(None, source.text)

    def document(self) -> Document | None:
        """What was read; None where there is nothing."""
        if not self._documents:
            self._problems.error("empty", (), "there is nothing in it", "a definition begins with 'name:' and 'steps:'")
            return None
        return Document(self._root, self._source.text, self._source.file, self._places, self._numbers)

    def take(self, event: Any) -> bool:
        """Go on with the next event; False where nothing can follow."""
        self._values += 1
        if self._values > MAX_VALUES:
            trap = Trap("too-large", f"the definition holds more than {MAX_VALUES:,} keys and values", TOO_LARGE[1])
            self._refuse(event, trap)
            return False
        match type(event).__name__:
            case "DocumentStartEvent":
                return self._start(event)
            case "MappingStartEvent" | "SequenceStartEvent":
                return self._begin(event)
            case "MappingEndEvent" | "SequenceEndEvent":
                self._open.pop()
            case "ScalarEvent":
                self._scalar(event)
            case "AliasEvent":
                trap = Trap(
                    "yaml-alias", f"*{event.anchor} refers to another place: aliases are not read", "write it out"
                )
                self._refuse(event, trap)
                self._key(event, "") if self._awaits_key else self._put(event, None)
            case "NoneType":
                return False
        return True

    def _start(self, event: Any) -> bool:
        self._documents += 1
        if self._documents == 1:
            return True
        trap = Trap("yaml-documents", "a second document begins here", "one file holds one definition: remove the ---")
        self._refuse(event, trap)
        return False

    def _begin(self, event: Any) -> bool:
        if len(self._open) >= MAX_DEPTH:
            at = event.start_mark.index
            self._problems.error("too-deep", (), f"this is nested more than {MAX_DEPTH} deep", at=at)
            return False
        value: dict[str, Any] | list[Any] = {} if type(event).__name__ == "MappingStartEvent" else []
        trap = trap_in(event, self._source.text)
        is_key = self._awaits_key
        if is_key and not trap:
            trap = Trap("yaml-key", "a key is text, not a mapping or list")
        if trap:
            self._refuse(event, trap)
        path = self._next_path
        if is_key:
            self._key(event, "")
        else:
            self._put(event, written(event, self._source.text) if trap and trap.code == "unquoted-template" else value)
        forgotten = self._forgotten or is_key or (trap is not None and trap.code == "unquoted-template")
        self._open.append(_Open(path, value, forgotten=forgotten))
        return True

    def _scalar(self, event: Any) -> None:
        trap = trap_in(event, self._source.text)
        if trap:
            self._refuse(event, trap)
        text: str = event.value
        if self._awaits_key:
            self._key(event, text)
            return
        value, told = (text, None) if event.style or trap else plain_value(text)
        path = self._next_path
        if isinstance(value, float):
            self._numbers[path] = text
        if told and not self._forgotten:
            tell = self._problems.error if told.refuses else self._problems.warning
            tell(told.code, path, told.message, told.hint, at=event.start_mark.index)
        self._put(event, value)

    def _key(self, event: Any, name: str) -> None:
        frame = self._open[-1]
        at = event.start_mark.index
        frame.key, frame.key_at = name, at
        if self._forgotten:
            return
        if name == "<<" and not event.style:
            self._refuse(
                event, Trap("yaml-merge", "<< merges keys from elsewhere, and is not read", "write the keys out")
            )
        elif name in frame.value and name:
            first = self._lines.line_and_column(self._places[*frame.path, name].key)[0]
            trap = Trap(
                "duplicate-key", f"{name!r} stands twice, first on line {first}: only one can count", "remove one"
            )
            self._problems.error(trap.code, (*frame.path, name), trap.message, trap.hint, at=at)

    def _put(self, event: Any, value: Any) -> None:
        at = event.start_mark.index
        if not self._open:
            self._root = value
            self._places[()] = Spot(at, at)
            return
        frame = self._open[-1]
        if not frame.forgotten:
            self._places[frame.next_path] = Spot(at if isinstance(frame.value, list) else frame.key_at, at)
        if isinstance(frame.value, list):
            frame.value.append(value)
        else:
            frame.value[str(frame.key)] = value
            frame.key = None

    def _refuse(self, event: Any, trap: Trap) -> None:
        if self._forgotten:
            return
        self._problems.error(trap.code, self._next_path, trap.message, trap.hint, at=event.start_mark.index)
        if trap.code != "yaml-anchor":
            self._problems.spoil(self._next_path)

    @property
    def _awaits_key(self) -> bool:
        return bool(self._open) and self._open[-1].awaits_key

    @property
    def _forgotten(self) -> bool:
        return bool(self._open) and self._open[-1].forgotten

    @property
    def _next_path(self) -> Path:
        return self._open[-1].next_path if self._open else ()
