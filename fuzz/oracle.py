"""A real JavaScript engine, QuickJS, asked what an expression is; its errors are put into V8's words."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

import quickjs

from dosdk_temporal._pure.expressions.kinds import kind_of
from dosdk_temporal.expressions import ExpressionError, ExpressionSyntaxError, evaluate

__all__ = ["Engine", "Outcome", "ours"]

Outcome = tuple[str, Any]
"""``("value", …)`` with every number, order of keys and undefined visible, ``("error", message)`` or ``("syntax", None)``."""

_PROGRAM: Final = r"""
function shown(value) {
    if (value === undefined) return ["undefined"];
    if (typeof value === "number") return ["number", Object.is(value, -0) ? "-0" : String(value)];
    if (typeof value === "function") return ["function"];
    if (Array.isArray(value)) return ["list", value.map(shown)];
    if (typeof value === "object" && value !== null)
        return ["mapping", Object.keys(value).map((key) => [key, shown(value[key])])];
    return value;
}
function ascii(value) {
    return JSON.stringify(value).replace(/[\u0080-\uffff]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}
function run(text, scope) {
    let program;
    try {
        program = new Function(...Object.keys(scope), '"use strict"; return (' + text + '\n)');
    } catch (error) {
        return ascii(["syntax", null]);
    }
    try {
        return ascii(["value", shown(program(...Object.values(scope)))]);
    } catch (error) {
        return ascii(["error", error.message]);
    }
}
"""

_WORDS: Final = (
    (re.compile(r"cannot read property 'Symbol.iterator' of (?:null|undefined)|value is not iterable"), "not iterable"),
    (re.compile(r"cannot read property '\{\}' of (null|undefined)", re.S), r"Cannot read properties of \1"),
    (
        re.compile(r"cannot read property '(.*)' of (null|undefined)", re.S),
        r"Cannot read properties of \2 (reading '\1')",
    ),
    (re.compile("toPrimitive"), "Cannot convert object to primitive value"),
)
"""QuickJS's messages, and what V8 says."""


class Engine:
    """A JavaScript engine of its own."""

    def __init__(self) -> None:
        self._context = quickjs.Context()
        self._context.eval(_PROGRAM)
        self._scope: Mapping[str, Any] = {}

    def outcome(self, text: str, scope: Mapping[str, Any]) -> Outcome:
        """What the engine makes of the expression."""
        if scope is not self._scope:
            self._context.eval(f"scope = {_source(dict(scope))}")
            self._scope = scope
        kind, found = json.loads(self._context.eval(f"run({json.dumps(text)}, scope)"))
        if kind == "value":
            return "value", _exact(found)
        return kind, _without_names(_in_v8s_words(found)) if found is not None else None


def ours(text: str, scope: Mapping[str, Any]) -> Outcome:
    """What this library makes of it, in the same form."""
    try:
        return "value", _shown(evaluate(text, scope))
    except ExpressionSyntaxError:
        return "syntax", None
    except ExpressionError as error:
        return "error", _without_names(error.message)


def _in_v8s_words(message: str) -> str:
    for pattern, words in _WORDS:
        message = pattern.sub(words, message)
    return message


def _without_names(message: str) -> str:
    """Without what QuickJS leaves out: who is no function, which mapping was the key, the end of a long name."""
    message = re.sub(r"^(.{60}).* is not defined$", r"\1… is not defined", message, flags=re.S)
    message = re.sub(r".* is not a function$", "not a function", message, flags=re.S)
    message = re.sub(r".* is not iterable$", "not iterable", message, flags=re.S)
    return message.replace(" (reading '#<Object>')", "")


def _source(value: Any) -> str:
    """The value as JavaScript's source text, in ASCII."""
    match kind_of(value):
        case "undefined":
            return "undefined"
        case "list":
            return f"[{', '.join(map(_source, value))}]"
        case "mapping":
            return f"{{{', '.join(f'{json.dumps(key)}: {_source(item)}' for key, item in value.items())}}}"
    return json.dumps(value)


def _shown(value: Any) -> Any:
    match kind_of(value):
        case "undefined":
            return ["undefined"]
        case "number":
            return ["number", _number(value)]
        case "list":
            return ["list", [_shown(item) for item in value]]
        case "mapping":
            return ["mapping", [[key, _shown(item)] for key, item in value.items()]]
    return value


def _exact(value: Any) -> Any:
    """The engine's answer with its numbers as doubles."""
    if not isinstance(value, list):
        return value
    match value:
        case ["number", str(text)]:
            return ["number", _number(float(text))]
        case ["list", items]:
            return ["list", [_exact(item) for item in items]]
        case ["mapping", pairs]:
            return ["mapping", [[key, _exact(item)] for key, item in pairs]]
    return value


def _number(value: float) -> str:
    return "NaN" if math.isnan(value) else repr(float(value))
