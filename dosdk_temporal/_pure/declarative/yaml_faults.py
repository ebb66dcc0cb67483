"""Pure: what goes wrong in YAML, in sentences for people who write little of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.source import Source

__all__ = ["Trap", "report_syntax", "trap_in", "written"]

_UNQUOTED: Final = re.compile(r"(?:^|[:,\[{-]\s)\s*(\{\{.*)", re.MULTILINE)
_SHOWN: Final = 60


@dataclass(frozen=True)
class Trap:
    """A thing of YAML's that is not read.

    Attributes:
        code: of the fault.
        message: what is wrong.
        hint: what to do.
    """

    code: str
    message: str
    hint: str | None = None


def written(event: Any, text: str) -> str:
    """What was meant by a value that is not read: its line from there on, up to the end of a template."""
    line = text[event.start_mark.index :].partition("\n")[0]
    end = line.find("}}")
    return line[: end + 2] if line.startswith("{{") and end >= 0 else line.rstrip()


def trap_in(event: Any, text: str) -> Trap | None:
    """What is not read in a value's own decoration: an anchor, a tag, braces that were meant as a template."""
    if event.anchor:
        return Trap("yaml-anchor", f"&{event.anchor} names this place for others: anchors are not read", "write it out")
    if event.tag:
        shown = written(event, text)[:_SHOWN]
        return Trap(
            "yaml-tag", f"{shown.split()[0]} is a tag of YAML's: tags are not read", f'write text in quotes: "{shown}"'
        )
    if type(event).__name__ == "MappingStartEvent" and text.startswith("{{", event.start_mark.index):
        return Trap("unquoted-template", *_template(written(event, text)))
    return None


_HALF: Final = (
    "this text holds an escape that is no whole character, as \\ud800 is none",
    "write the character itself, also where JSON would write it in two halves",
)
_TAB: Final = ("a tab stands where YAML allows none", "indent with blanks")

_SYNTAX: Final = (
    ("any token '\\t'", *_TAB),
    ("a tab character", *_TAB),
    ("any token", "a text cannot begin with {sign} without quotes", "write it in quotes"),
    ("directive", "a text cannot begin with % without quotes", "write it in quotes"),
    (
        "mapping values are not allowed", "a ': ' stands where no key can be",
        "a text with ': ' in it is written in quotes; or the indentation is off",
    ),
    (
        "sequence entries are not allowed", "a '- ' stands where no list can be",
        "a list begins on the next line; text is written in quotes",
    ),
    ("while scanning an alias", "a text cannot begin with * without quotes", "write it in quotes"),
    ("while scanning an anchor", "a text cannot begin with & without quotes", "write it in quotes"),
    (
        "could not find expected ':'", "this line has no ':' behind its key",
        "keys are written 'key: value'; the indentation may be off",
    ),
    ("while scanning a quoted scalar", "the quote that opens this text is not closed", "close it"),
    (
        "while parsing a quoted scalar", "this \\ in double quotes begins nothing",
        "write \\\\ for one \\, or use single quotes",
    ),
    (
        "while scanning a block scalar", "behind | or > stands nothing else on the line",
        "a text that begins with | or > is written in quotes",
    ),
    (
        "while parsing a flow", "a bracket that opens here is not closed",
        "close it; a text with brackets in it is written in quotes",
    ),
    (
        "while parsing a block collection", "this line is neither part of the list above nor of what holds it",
        "items of a list begin at one column with '- '",
    ),
    (
        "while parsing a block mapping", "this stands where YAML expects the next key",
        "keys of one mapping begin at one column; a text with quotes or brackets in it is written in quotes as a whole",
    ),
    (
        "<document start>", "this line is indented less than what it belongs to",
        "keys of one mapping begin at one column",
    ),
    (
        "node content", "a value is missing here, or begins with a sign that YAML keeps for itself",
        "write text in quotes",
    ),
)  # fmt: skip
"""What libyaml says, in part, with the sign that it stopped at; what that means; what to do."""


def report_syntax(error: Exception, source: Source, problems: Problems) -> None:
    """Tell a text that is no YAML, at the place where reading it ended."""
    began: Any = getattr(error, "context_mark", None)
    ended: Any = getattr(error, "problem_mark", None) or began
    at = ended.index if ended else 0
    unquoted = _unquoted(source.text, at)
    if unquoted:
        problems.error("unquoted-template", (), *_template(unquoted[1].rstrip()), at=unquoted.start(1))
        return
    said = " ".join(filter(None, (getattr(error, name, None) for name in ("context", "problem")))) or str(error)
    if began and "invalid Unicode character escape" in said:
        problems.error("encoding", (), *_HALF, at=began.index)
        return
    sign = source.text[at : at + 1]
    known = (sentence for mark, *sentence in _SYNTAX if mark in f"{said} {sign!r}")
    message, hint = next(known, (f"this is no YAML: {said:.80}", None))
    if began and "is not closed" in str(message):
        at = began.index
    problems.error("yaml-syntax", (), str(message).replace("{sign}", sign), hint, at=at)


def _unquoted(text: str, at: int) -> re.Match[str] | None:
    """The template without quotes on the line of that offset, or on the one above."""
    begin = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    above = text.rfind("\n", 0, max(0, begin - 1)) + 1
    return _UNQUOTED.search(text, begin, end if end >= 0 else len(text)) or _UNQUOTED.search(text, above, begin)


def _template(text: str) -> tuple[str, str]:
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
    quote = "'" if '"' in shown else '"'
    hint = f"write it in quotes: {quote}{shown}{quote}"
    return f"{shown} is a template without quotes, which YAML reads as a mapping", hint
