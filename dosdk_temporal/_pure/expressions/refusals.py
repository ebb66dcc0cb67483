"""Pure: what JavaScript has and this language has not, with what to write instead."""

from __future__ import annotations

from typing import Final

__all__ = ["REFUSED", "RESERVED"]

_ASSIGN: Final = "values are never changed; write === to compare"
_BITS: Final = "numbers have no bits here"

REFUSED: Final = {
    "=": _ASSIGN,
    "+=": _ASSIGN, "-=": _ASSIGN, "*=": _ASSIGN, "/=": _ASSIGN, "%=": _ASSIGN, "**=": _ASSIGN,
    "&&=": _ASSIGN, "||=": _ASSIGN, "??=": _ASSIGN, "&=": _ASSIGN, "|=": _ASSIGN, "^=": _ASSIGN,
    "<<=": _ASSIGN, ">>=": _ASSIGN, ">>>=": _ASSIGN,
    "++": "values are never changed; write + 1",
    "--": "values are never changed; write - 1, or a blank between two minus signs",
    "&": f"{_BITS}; write && for 'and'",
    "|": f"{_BITS}; write || for 'or'",
    "^": f"{_BITS}; write ** for a power, !== for 'one of two'",
    "~": f"{_BITS}; write ! for 'not'",
    "<<": _BITS, ">>": _BITS, ">>>": _BITS,
    "=>": "functions cannot be written here; compute this in an action",
    ";": "an expression is one value; remove it",
    "`": 'write "text" and join with +, or a template in {{ }}',
    "//": "there are no comments here; remove it",
    "/*": "there are no comments here; remove it",
}  # fmt: skip
"""Operators and other signs, each with its advice."""

_FUNCTION: Final = "compute this in an action"
_NOT_HERE: Final = "it is a reserved word of JavaScript"

RESERVED: Final = {
    "in": "write Object.keys(x).includes('name'), or x.name !== undefined",
    "instanceof": "write typeof",
    "new": _FUNCTION, "function": _FUNCTION, "class": _FUNCTION, "await": _FUNCTION,
    "import": _FUNCTION, "yield": _FUNCTION, "throw": "raise it in a step",
    "delete": "values are never changed", "void": "write undefined", "this": "write input, or the step's id",
    "if": "write test ? this : that", "else": "write test ? this : that", "switch": "write test ? this : that",
    "arguments": _NOT_HERE, "eval": _FUNCTION,
    **dict.fromkeys((
        "break", "case", "catch", "const", "continue", "debugger", "default", "do", "enum", "export", "extends",
        "finally", "for", "implements", "interface", "let", "package", "private", "protected", "public", "return",
        "static", "super", "try", "typeof", "var", "while", "with",
    ), _NOT_HERE),
}  # fmt: skip
"""Words that cannot be names of the scope (a property may be called so), each with its advice."""
