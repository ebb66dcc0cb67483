"""Pure: from bytes to text: size, encoding, and which of the two readers is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from dosdk_temporal._pure.declarative.problems import Problems

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_STEPS", "MAX_VALUES", "TOO_LARGE", "Source", "decode", "is_json"]

MAX_BYTES: Final = 256 * 1024
"""A definition travels in the input of each run."""

TOO_LARGE: Final = (
    f"the definition is larger than {MAX_BYTES // 1024} KB, and travels with each of its runs",
    "move parts of it into a workflow of its own, which a step calls",
)
"""The fault of a definition beyond that."""

MAX_DEPTH: Final = 50

MAX_VALUES: Final = 20_000
"""Keys and values of one text: reading and checking them takes some 15 microseconds for each (measured)."""

MAX_STEPS: Final = 2_000
"""What is seen from each step grows with those before it."""

_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_LIKE_JSON: Final = re.compile(r"\s*(\{\s*(\"|\}|$)|\[)")
_UNPRINTABLE: Final = re.compile(r"[^\x09\x0A\x0D\x20-\x7E\x85\xA0-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


@dataclass(frozen=True)
class Source:
    """A definition's text.

    Attributes:
        text: without a byte order mark.
        file: as it was named; None for text.
    """

    text: str
    file: str | None = None


def decode(data: bytes | str, file: str | None, problems: Problems) -> Source:
    """The text of the bytes; where they are none, a fault and as much of it as can be shown."""
    size = len(data) if isinstance(data, bytes) else _size(data)
    if size > MAX_BYTES:
        problems.error("too-large", (), *TOO_LARGE)
        return Source("", file)
    text = (_text(data, problems) if isinstance(data, bytes) else data).removeprefix("\ufeff")
    strange = _UNPRINTABLE.search(text)
    if strange:
        sign = f"U+{ord(strange[0]):04X}"
        problems.error(
            "encoding", (), f"the character {sign} stands here, which no text has", "remove it", at=strange.start()
        )
    return Source(text, file)


def is_json(source: Source) -> bool:
    """Whether it is JSON: by the file's name, else by how it begins."""
    if source.file:
        return PurePath(source.file).suffix.lower() == ".json"
    return bool(_LIKE_JSON.match(source.text))


def _size(text: str) -> int:
    # Most texts are far from the limit, and need not be encoded to know it.
    return len(text) if len(text) > MAX_BYTES else len(text.encode("utf-8", "surrogatepass"))


def _text(data: bytes, problems: Problems) -> str:
    if data.startswith(_UTF_16) or b"\x00" in data[:4]:
        problems.error("encoding", (), "the file is not UTF-8: it looks like UTF-16 or UTF-32", "save it as UTF-8")
        return ""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", "replace")
        at = len(data[: error.start].decode("utf-8").removeprefix("\ufeff"))
        problems.error("encoding", (), "the bytes here are not UTF-8", "save the file as UTF-8", at=at)
        return text
