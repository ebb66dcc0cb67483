"""Pure: the ids by which expressions reach steps."""

from __future__ import annotations

import re
from typing import Any, Final

from dosdk_temporal._pure.declarative.problem import Path, path_text
from dosdk_temporal._pure.declarative.problems import EnoughError, Problems
from dosdk_temporal._pure.declarative.source import MAX_STEPS, TOO_LARGE
from dosdk_temporal._pure.declarative.tree import all_steps, kind_word
from dosdk_temporal._pure.expressions.callables import GLOBALS
from dosdk_temporal._pure.expressions.refusals import RESERVED

__all__ = ["SCOPE_NAMES", "camel_case", "settle_ids", "why_no_name"]

SCOPE_NAMES: Final = {
    "input": "what the workflow was started with",
    "steps": "all steps by their ids",
    "trigger": "what started the run",
    "vars": "the definition's vars",
    "error": "what failed, in a catch and for a fallback",
    "event": "the event, in a trigger's filter",
    "workflow": "the workflow's name, version and id",
    "now": "the run's clock",
}
"""Names that expressions have without any step."""

_CONSTANTS: Final = frozenset({"true", "false", "null", "undefined", "NaN", "Infinity"})
_OUTPUTLESS: Final = frozenset({"wait", "raise", "return"})


def settle_ids(definition: dict[str, Any], problems: Problems) -> None:
    """Give each step its id, and tell those that no step can have or two have.

    Raises:
        EnoughError: when there are more steps than a definition may have.
    """
    taken: dict[str, Path] = {}
    for number, (path, step) in enumerate(all_steps(definition), 1):
        if number > MAX_STEPS:
            problems.error("too-large", path, f"the definition has more than {MAX_STEPS:,} steps", TOO_LARGE[1])
            raise EnoughError
        name = step["id"] if step.get("id") else _default(step, path, taken, problems)
        if name is None:
            continue
        reason = why_no_name(name)
        at = (*path, "id") if "id" in step else path
        if reason:
            problems.error("reserved-id", at, f"a step cannot be called {name!r}: {reason}", "give it another id")
        elif name in taken:
            first = path_text(problems.as_written(taken[name]))
            problems.error("duplicate-id", at, f"the id {name!r} is taken by the step at {first}", "give it another id")
        taken.setdefault(name, path)
        step["id"] = name


def why_no_name(name: str) -> str | None:
    """Why nothing in a definition can be called so; None where it can."""
    if name in SCOPE_NAMES:
        return f"in expressions that is {SCOPE_NAMES[name]}"
    if name in _CONSTANTS or name in RESERVED:
        return "it is a word of the expressions' language"
    return "it is a function of the expressions' language" if name in GLOBALS else None


def camel_case(name: str) -> str:
    """An identifier of the name's words: ``Send welcome e-mail`` as ``sendWelcomeEMail``; empty where it has none."""
    words = re.findall(r"[^\W_]+", name)
    if not words:
        return ""
    first = words[0].lower() if words[0].isupper() else words[0][0].lower() + words[0][1:]
    joined = first + "".join(word[0].upper() + word[1:] for word in words[1:])
    return f"_{joined}" if joined[0].isdigit() else joined


def _default(step: dict[str, Any], path: Path, taken: dict[str, Path], problems: Problems) -> str | None:
    """The id of a step that names none: of its name, its function, or its kind."""
    word = kind_word(step)
    if word is None or "id" in step:
        return None
    called = step.get("name") or (step[word] if word in {"function", "workflow"} else None)
    if not isinstance(called, str):
        return _numbered(word, taken) if word in _OUTPUTLESS else _first_free(word, path, taken, problems)
    name = camel_case(called.partition("@")[0])
    if not name:
        problems.error("missing", path, f"no id can be made of {called!r:.60}", "give it an id")
        return None
    return name


def _first_free(word: str, path: Path, taken: dict[str, Path], problems: Problems) -> str | None:
    name = f"{word}Step" if why_no_name(word) else word
    if name in taken:
        problems.error("missing", path, f"this is one more step of kind {word!r} without a name", "give it an id")
        return None
    return name


def _numbered(word: str, taken: dict[str, Path]) -> str:
    """An id for what nobody refers to: ``wait``, ``wait2``."""
    word = f"{word}Step" if why_no_name(word) else word
    number = 1
    while (name := word if number == 1 else f"{word}{number}") in taken:
        number += 1
    return name
