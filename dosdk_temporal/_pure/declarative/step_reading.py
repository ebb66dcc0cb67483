"""Pure: one step as it is written, brought to its one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.records import report_unknown, settle_aliases
from dosdk_temporal._pure.declarative.shapes import wrong_type
from dosdk_temporal._pure.declarative.step_shapes import ALIASES, COMMON, KINDS, Kind

__all__ = ["read_step", "step_schema"]

_NO_GOTO: Final = "steps run in the order of the list; a condition or a switch decides which"
_ELSEWHERE: Final = {
    "if": "did you mean 'condition'?",
    "when": "did you mean 'condition'?",
    "retry": "did you mean 'retryPolicy'?",
    "retries": "did you mean 'retryPolicy'?",
    "retryStrategy": "did you mean 'retryPolicy'? retryStrategy stands in errorHandling",
    "with": "did you mean 'input'?",
    "args": "did you mean 'input'?",
    "arguments": "did you mean 'input'?",
    "inputs": "did you mean 'input'?",
    "parameters": "did you mean 'input'?",
    "compensate": "did you mean 'compensation'?",
    "output": "a step's output is reached by its id",
    "type": "its kind is a key of its own: function, parallel, wait and so on",
    **dict.fromkeys(("next", "goto", "then", "needs", "dependsOn", "depends_on", "after"), _NO_GOTO),
}
_ITS_KEYS: Final = {key for kind in KINDS.values() for key in kind.beside} | set(COMMON)


def read_step(value: Any, path: Path, problems: Problems) -> dict[str, Any]:
    """The step with its own words alone; what does not fit is told and left out."""
    if not isinstance(value, dict):
        wrong_type(value, "a step: a mapping like {id: welcome, function: sendEmail}", path, problems)
        problems.spoil(path)
        return {}
    value = settle_aliases(value, ALIASES, path, problems)
    meant = report_unknown(
        value, {**KINDS, **ALIASES, **dict.fromkeys(_ITS_KEYS)}, "a step", path, problems, _ELSEWHERE
    )
    word = _kind(value, meant, path, problems)
    if word is None:
        known = {key: COMMON[key] for key in value if key in COMMON}
        return {key: field.shape.read(value[key], (*path, key), problems) for key, field in known.items()}
    return _of_kind(value, word, KINDS[word], path, problems)


def _kind(value: Mapping[str, Any], meant: set[str], path: Path, problems: Problems) -> str | None:
    words = [word for word in KINDS if word in value]
    if len(words) == 1:
        return words[0]
    if words:
        found = " and ".join(map(repr, words))
        problems.error("kind-several", path, f"this step is {found}: a step is one of them", "make a step of each")
    elif not meant & {*KINDS, *ALIASES}:
        message = "this step does nothing: it says no function, and no other kind"
        problems.error("kind-missing", path, message, f"give one of {', '.join(KINDS)}")
    return None


def _of_kind(value: Mapping[str, Any], word: str, kind: Kind, path: Path, problems: Problems) -> dict[str, Any]:
    read = {word: kind.shape.read(value[word], (*path, word), problems)}
    for key in value:
        field = kind.takes(key)
        if field:
            read[key] = field.shape.read(value[key], (*path, key), problems)
        elif key in _ITS_KEYS:
            owners = [other for other in KINDS if KINDS[other].takes(key)]
            hint = (
                f"write it within {word}"
                if key == "timeout" and word in {"waitForEvent", "approval"}
                else f"it belongs to {', '.join(owners)}"
            )
            problems.error("misplaced-key", (*path, key), f"a step of kind {word!r} has no {key!r}", hint, on_key=True)
    for key, field in kind.beside.items():
        if field.required and key not in value:
            problems.error("missing", path, f"a step of kind {word!r} needs {key!r}: {field.description}")
    _check_together(read, word, path, problems)
    return read


def _check_together(read: Mapping[str, Any], word: str, path: Path, problems: Problems) -> None:
    """What keys say of each other."""
    if word == "try" and not {"catch", "finally"} & set(read):
        problems.error(
            "missing", path, "a step of kind 'try' needs 'catch' or 'finally'", "without them, write the steps alone"
        )
    repeat = read.get("repeat") if word == "repeat" else None
    if repeat and {"until", "while"} <= set(repeat):
        problems.error("both-spellings", (*path, word), "'until' and 'while' cannot both end it", "keep one of them")
    if word == "forEach" and read.get("as", "item") == read.get("indexAs", "index"):
        problems.error(
            "hidden-name",
            path,
            f"the item and its index have one name, {read.get('as', 'item')!r}",
            "give another as: or indexAs:",
        )


def step_schema() -> dict[str, Any]:
    """The JSON Schema of a step, for editors."""
    beside = {key: field.schema() for kind in KINDS.values() for key, field in kind.beside.items()}
    kinds = {word: {**kind.shape.schema(), "description": kind.description} for word, kind in KINDS.items()}
    plain = {**{key: field.schema() for key, field in COMMON.items()}, **beside, **kinds}
    return {
        "type": "object",
        "properties": {**plain, **{alias: plain[key] for alias, key in ALIASES.items()}},
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
        "allOf": [_only(word, kind) for word, kind in KINDS.items()],
        "oneOf": [
            {"required": [word]} for word in (*KINDS, *(alias for alias, key in ALIASES.items() if key in KINDS))
        ],
    }


def _only(word: str, kind: Kind) -> dict[str, Any]:
    """What a step of one kind needs, and what it cannot have."""
    needed = [key for key, field in kind.beside.items() if field.required]
    refused = {key: False for key in sorted(_ITS_KEYS) if not kind.takes(key)}
    refused |= {alias: False for alias, key in ALIASES.items() if key in refused}
    words = [{"required": [other]} for other in (word, *(alias for alias, key in ALIASES.items() if key == word))]
    return {"if": {"anyOf": words}, "then": {"properties": refused, **({"required": needed} if needed else {})}}
