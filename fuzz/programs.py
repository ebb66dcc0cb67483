"""Random expressions, and random values for the names in them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

from dosdk_temporal._pure.expressions.properties import in_order
from dosdk_temporal.expressions import UNDEFINED

__all__ = ["Programs"]

_TEXTS: Final = (
    "", " ", "a", "b", "abc", "ab", "enterprise", "x,y,z", "1", "01", "10", "2", " 12\n", "-0", "1e3", "0x1F", "0b11", "0o7",
    ".5", "5.", "+1", "1_0", "Infinity", "-Infinity", "NaN", "true", "null", "é", "ß", "İ", "ΑΣ", "ΑΣΑ", "ﬁ", "\ufeff1\u00a0",
    "\u180e1", "😀", "a😀b", "😀😀", "\ud83d", "\ude00", "b\ude00", "\uffff", "\U00010000", "tab\t", 'q"q', "q'q", "back\\slash",
)  # fmt: skip
_NUMBERS: Final = (
    0, 1, -1, 2, 3, 7, 10, 100, -5, 0.5, -0.5, 1.5, 2.5, -2.5, 0.1, 0.2, 1e21, 1e-7, 123456789.125, 5e-324, -0.0,
    1.7976931348623157e308, 0.49999999999999994, float("nan"), float("inf"), float("-inf"),
    2**31, 2**32, 2**32 - 2, 2**53, 2**53 + 1, 2**63, 10**30, -(2**60),
)  # fmt: skip
_LITERALS: Final = (
    "0", "1", "2", "3", "10", "-1", "0.5", "1.5", ".5", "5.", "0.1", "1e-6", "0.000001234", "1e3",
    "1E-7", "0x1f", "0XFF", "0b101", "0o17", "1_000", "1e21", "123456789012345680000",
    "9007199254740993", "1e400", "5e-324", "NaN", "Infinity", "undefined", "null", "true", "false",
)  # fmt: skip
_KEYS: Final = ("a", "b", "c", "length", "10", "2", "01", "4294967295", "é", "😀", "zz", "-1", "1.5")
_WORDS: Final = ("a", "b", "c", "zz", "length", "class", "$x", "_y", "é")
_NAMES: Final = ("input", "a", "b", "list", "text", "number", "nothing", "skipped", "$x", "ünder_1")
_BINARY: Final = (
    "===", "!==", "==", "!=", "<", ">", "<=", ">=", "+", "+", "+", "-", "*", "/", "%", "**", "&&", "||", "??",
)  # fmt: skip
_PREFIXES: Final = ("!", "!!", "-", "+", "typeof ", "- -", "!-")
_TEXT_METHODS: Final = (
    "includes", "startsWith", "endsWith", "toUpperCase", "toLowerCase", "trim", "split", "slice", "indexOf", "concat",
)  # fmt: skip
_LIST_METHODS: Final = ("includes", "slice", "indexOf", "join", "concat")
_METHODS: Final = (*_TEXT_METHODS, "join")
_FUNCTIONS: Final = (
    "Object.keys", "Math.min", "Math.max", "Math.round", "Math.floor", "Math.ceil", "Math.abs", "Number", "String", "Boolean",
)  # fmt: skip
_TOKENS: Final = (
    *_BINARY, *_LITERALS, *_NAMES, *"()[]{}.,:?!-", "?.", "...", "typeof", ".a", "?.b", "[0]", ".length", "'x'", '"y"', " ", "\n",
)  # fmt: skip
_ESCAPES: Final = {"\n": "\\n", "\t": "\\t", "\\": "\\\\", "\r": "\\r"}


class Programs:
    """A stream of expressions and scopes; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - no secret: it has to be repeatable
        # Where a mapping has a toString of its own, no key is computed: toString of another would be what is inherited.
        self._own_to_string = False

    def scope(self) -> dict[str, Any]:
        """Values for every name that an expression may use, but one."""
        draw = self._random
        return {
            "input": self._fields(2, 6),
            "a": self._value(2),
            "b": self._value(1),
            "list": [self._value(1) for _ in range(draw.randrange(5))],
            "text": draw.choice(_TEXTS),
            "number": draw.choice(_NUMBERS),
            "nothing": None,
            "skipped": UNDEFINED,
            "$x": self._value(1),
        }

    def expression(self) -> str:
        """An expression that is nearly always well formed."""
        self._own_to_string = self._random.random() < 0.1
        return self._any(self._random.randrange(1, 5))

    def tokens(self) -> str:
        """A row of tokens that is nearly never well formed."""
        return "".join(self._random.choices(_TOKENS, k=self._random.randrange(1, 9)))

    def _value(self, depth: int) -> Any:
        draw = self._random
        kind = draw.randrange(8 if depth else 5)
        if kind < 2:
            return draw.choice(_TEXTS)
        if kind < 4:
            return draw.choice(_NUMBERS)
        if kind == 4:
            return draw.choice((None, True, False, UNDEFINED))
        if kind == 5:
            return [self._value(depth - 1) for _ in range(draw.randrange(4))]
        return self._fields(depth - 1, 4)

    def _fields(self, depth: int, count: int) -> dict[str, Any]:
        # In JavaScript's order, because what is only read keeps the order that it has in Python.
        keys = in_order(self._random.sample(_KEYS, self._random.randrange(count)))
        return {key: self._value(depth) for key in keys}

    def _any(self, depth: int) -> str:
        if depth <= 0:
            return self._atom()
        made = self._random.choice(self._forms())(depth - 1)
        return made if self._random.random() < 0.7 else f"({made})"

    def _forms(self) -> list[Callable[[int], str]]:
        return [
            *(self._binary, self._binary, self._binary, self._prefixed, self._choice, self._guarded),
            *(self._member, self._member, self._index, self._method, self._method, self._function),
            *(self._of_text, self._of_list, self._arithmetic, self._ordered),
            *(self._list, self._mapping, lambda _: self._atom()),
        ]

    def _atom(self) -> str:
        draw = self._random
        kind = draw.randrange(7)
        if kind < 3:
            return draw.choice(_NAMES)
        if kind == 3:
            return self._quoted(draw.choice(_TEXTS))
        if kind == 4 and self._own_to_string:
            return draw.choice(("({toString: 1})", "[{toString: null}]", "({valueOf: 1})", "({'toString': 0, a: 1})"))
        return draw.choice(_LITERALS)

    def _quoted(self, text: str) -> str:
        quote = self._random.choice("\"'")
        return quote + "".join(self._escaped(sign, quote) for sign in text) + quote

    def _escaped(self, sign: str, quote: str) -> str:
        code = ord(sign)
        if sign == quote:
            return f"\\{sign}"
        if self._random.random() < 0.1:
            return f"\\u{{{code:x}}}" if code > 0xFF else f"\\x{code:02x}"
        return _ESCAPES.get(sign, sign)

    def _space(self) -> str:
        return self._random.choice((" ", " ", " ", "", "\n", "\u00a0"))

    def _binary(self, depth: int) -> str:
        # The blanks are not left out at random: `a - -b` would be read as `a --b`.
        return f"{self._any(depth)} {self._random.choice(_BINARY)} {self._any(self._random.randrange(depth + 1))}"

    def _prefixed(self, depth: int) -> str:
        return f"{self._random.choice(_PREFIXES)} {self._any(depth)}"

    def _member(self, depth: int) -> str:
        dot = self._random.choice((".", ".", "?."))
        return f"{self._owner(depth)}{self._space()}{dot}{self._random.choice(_WORDS)}"

    def _index(self, depth: int) -> str:
        key = self._key(depth)
        return f"{self._owner(depth)}{self._random.choice(('', '', '?.'))}[{self._space()}{key}]"

    def _key(self, depth: int) -> str:
        draw = self._random
        if draw.random() < 0.5:
            return self._quoted(draw.choice(_KEYS))
        return str(draw.randrange(4)) if self._own_to_string else self._any(depth)

    def _owner(self, depth: int) -> str:
        """Something that a dot may follow: a digit may not stand before one."""
        made = self._any(depth)
        return f"({made})" if made[-1:].isdigit() or made[-1:] == "." else made

    def _method(self, depth: int) -> str:
        method = self._random.choice(_METHODS)
        dot = self._random.choice((".", ".", ".", "?."))
        return f"{self._owner(depth)}{dot}{method}({self._arguments(depth)})"

    def _of_text(self, _: int) -> str:
        method = self._random.choice(_TEXT_METHODS)
        return f"{self._text()}.{method}({', '.join(self._arguments_of(self._text))})"

    def _of_list(self, depth: int) -> str:
        values = self._random.choice(("list", f"[{self._atom()}, {self._atom()}]", f"{self._list(depth)}"))
        return f"{values}.{self._random.choice(_LIST_METHODS)}({', '.join(self._arguments_of(self._atom))})"

    def _arguments_of(self, first: Callable[[], str]) -> list[str]:
        """A value to look for or a position, and a position."""
        places = [str(self._random.randrange(-4, 5)) for _ in range(2)]
        return [first() if self._random.random() < 0.6 else places[0], places[1]][: self._random.randrange(3)]

    def _arithmetic(self, _: int) -> str:
        draw = self._random
        left, right = self._number(), self._number()
        made = (
            f"({left}) {draw.choice(('+', '-', '*', '/', '%', '**', '<', '>='))} ({right})",
            f"Math.{draw.choice(('min', 'max'))}({left}, {right})",
            f"Math.{draw.choice(('round', 'floor', 'ceil', 'abs'))}({left})",
            f"String({left})",
        )
        return draw.choice(made)

    def _ordered(self, _: int) -> str:
        return f"{self._text()} {self._random.choice(('<', '>', '<=', '>=', '===', '=='))} {self._text()}"

    def _text(self) -> str:
        return self._random.choice(("text", self._quoted(self._random.choice(_TEXTS))))

    def _number(self) -> str:
        draw = self._random
        written = draw.choice(_LITERALS[:20])
        return draw.choice(("number", written, f"-{written}" if written[0] != "-" else written, f"{written} / 2"))

    def _function(self, depth: int) -> str:
        return f"{self._random.choice(_FUNCTIONS)}({self._arguments(depth)})"

    def _arguments(self, depth: int) -> str:
        return ", ".join(self._item(depth) for _ in range(self._random.choice((0, 1, 1, 1, 2, 2, 3))))

    def _item(self, depth: int) -> str:
        if self._random.random() < 0.1:
            return f"...{self._random.choice(('list', 'text', self._any(depth)))}"
        return self._any(depth)

    def _list(self, depth: int) -> str:
        items = [self._item(depth) for _ in range(self._random.randrange(4))]
        return f"[{', '.join(items)}{',' if items and self._random.random() < 0.1 else ''}]"

    def _mapping(self, depth: int) -> str:
        return f"({{{', '.join(self._entry(depth) for _ in range(self._random.randrange(4)))}}})"

    def _entry(self, depth: int) -> str:
        draw = self._random
        key = draw.choice((*_WORDS, "1", "0x10", "1e21", '"10"', "'2'", f"[{self._key(depth)}]"))
        # QuickJS spreads no text into a mapping, against the standard: only what is certainly none is spread there.
        spread = draw.choice(("input", "list", "nothing", "skipped", "[1, 2]", "({b: 1, 1: 2})"))
        return draw.choice((f"{key}: {self._any(depth)}", f"{key}: {self._any(depth)}", "a", f"...{spread}"))

    def _choice(self, depth: int) -> str:
        return f"{self._any(depth)} ? {self._any(depth)} : {self._any(depth)}"

    def _guarded(self, depth: int) -> str:
        name = self._random.choice(_NAMES)
        return (
            f"{name}{self._random.choice(('?.', ' && ' + name + '.'))}{self._random.choice(_WORDS)} ?? {self._atom()}"
        )
