"""Pure: tokens to a syntax tree, by Pratt's method (Vaughan Pratt, "Top down operator precedence", 1973)."""

from __future__ import annotations

from typing import Final, NoReturn

from dosdk_temporal._pure.expressions.callables import callables_text, is_callable
from dosdk_temporal._pure.expressions.faults import ExpressionSyntaxError
from dosdk_temporal._pure.expressions.limits import MAX_DEPTH, MAX_NESTING
from dosdk_temporal._pure.expressions.numbers import number_text
from dosdk_temporal._pure.expressions.refusals import RESERVED
from dosdk_temporal._pure.expressions.tokens import Lexer, Token
from dosdk_temporal._pure.expressions.tree import (
    Binary,
    Call,
    Chain,
    Conditional,
    Entry,
    Group,
    Index,
    ListOf,
    Literal,
    Logical,
    MappingOf,
    Member,
    Name,
    Node,
    Spread,
    Unary,
    depth,
)
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.expressions.wording import shortened, written

__all__ = ["CONSTANTS", "Parser"]

CONSTANTS: Final = {
    "true": True,
    "false": False,
    "null": None,
    "undefined": UNDEFINED,
    "NaN": float("nan"),
    "Infinity": float("inf"),
}
"""Words that are values, in every scope."""

_POWERS: Final = {
    "||": 1, "??": 1, "&&": 2,
    "==": 3, "!=": 3, "===": 3, "!==": 3,
    "<": 4, ">": 4, "<=": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6, "**": 7,
}  # fmt: skip
"""How strongly an operator holds its operands."""

_LOGICAL: Final = frozenset({"||", "??", "&&"})
_PREFIXES: Final = frozenset({"!", "-", "+", "typeof"})


class Parser:
    """Reads one expression of a text, from an offset on.

    Every method that reads leaves ``_token`` at the first token that it did not take.
    """

    def __init__(self, text: str, start: int = 0) -> None:
        self._text = text
        self._lexer = Lexer(text, start)
        self._token = self._lexer.next()
        self._nesting = 0

    def alone(self) -> Node:
        """The expression, with nothing behind it.

        Raises:
            ExpressionSyntaxError: when the text is no expression, or more than one.
        """
        tree = self._whole()
        if self._token.kind != "end":
            advice = RESERVED.get(
                self._token.text, "an operator is missing between the two, or text stands without quotes"
            )
            self._unexpected(f"the expression has ended before this: {advice}")
        return tree

    def braced(self) -> tuple[Node, int]:
        """The expression up to ``}}``, and the offset behind those.

        Raises:
            ExpressionSyntaxError: when the text is no expression, or no ``}}`` follows it.
        """
        tree = self._whole()
        end = self._token.start
        if not self._text.startswith("}}", end):
            self._unexpected("'}}' is missing before this (as plain text, {{ is written {{ \"{{\" }})")
        return tree, end + len("}}")

    def _whole(self) -> Node:
        if self._token.kind == "end" or self._text.startswith("}}", self._token.start):
            self._fail("there is no expression here: write one, such as input.plan", self._token.start)
        tree = self._expression()
        if depth(tree) > MAX_DEPTH:
            self._fail(
                f"more than {MAX_DEPTH} operations stand within each other: compute this in an action", tree.start
            )
        return tree

    def _expression(self) -> Node:
        test = self._operation(0)
        if not self._skip("?"):
            return test
        self._enter()
        then = self._expression()
        self._take(":")
        otherwise = self._expression()
        self._nesting -= 1
        return Conditional(test.start, otherwise.end, test, then, otherwise)

    def _operation(self, least: int) -> Node:
        """An operand, and all operators behind it that hold more strongly than ``least``."""
        self._enter()
        left = self._operand()
        while (power := self._power()) > least:
            operator = self._advance()
            # A power holds its right operand as strongly as itself: 2 ** 3 ** 2 is 2 ** 9.
            right = self._operation(power - 1 if operator.text == "**" else power)
            left = self._joined(operator, left, right)
        self._nesting -= 1
        return left

    def _power(self) -> int:
        return _POWERS.get(self._token.text, 0) if self._token.kind == "operator" else 0

    def _joined(self, operator: Token, left: Node, right: Node) -> Node:
        sign = operator.text
        if sign in _LOGICAL:
            for side in (left, right):
                if isinstance(side, Logical) and "??" in {sign, side.operator} and sign != side.operator:
                    self._fail(f"'{sign}' and '{side.operator}' need brackets to tell which is first", operator.start)
            return Logical(left.start, right.end, sign, left, right)
        if sign == "**" and isinstance(left, Unary):
            self._fail(
                f"write ({shortened(self._text[left.start : left.end])}) ** …, or brackets around the power", left.start
            )
        return Binary(left.start, right.end, sign, left, right, operator.start)

    def _operand(self) -> Node:
        token = self._token
        if token.text not in _PREFIXES or token.kind == "text":
            return self._row()
        self._advance()
        self._enter()
        operand = self._operand()
        self._nesting -= 1
        return Unary(token.start, operand.end, token.text, operand)

    def _row(self) -> Node:
        """A value with the properties and calls behind it."""
        node = self._value()
        optional = False
        while self._token.text in {".", "?.", "[", "("} and self._token.kind == "operator":
            optional = optional or self._token.text == "?."
            node = self._link(node, self._advance())
        return Chain(node.start, node.end, node) if optional else node

    def _link(self, owner: Node, sign: Token) -> Node:
        if sign.text == "(":
            return self._call(owner, sign)
        optional = sign.text == "?."
        if sign.text == "[" or (optional and self._skip("[")):
            key = self._expression()
            return Index(owner.start, self._take("]").end, owner, key, optional)
        name = self._token
        if name.kind != "word":
            self._unexpected("the name of a property is missing before this")
        self._advance()
        return Member(owner.start, name.end, owner, name.text, optional, name.start)

    def _call(self, callee: Node, bracket: Token) -> Node:
        while isinstance(callee, Group):
            callee = callee.inner
        if not isinstance(callee, Member | Name) or not is_callable(callee):
            self._fail(f"{written(callee)} cannot be called: what can be is {callables_text()}", bracket.start)
        arguments, end = self._items(")")
        return Call(callee.start, end, callee, arguments)

    def _items(self, closing: str) -> tuple[tuple[Node, ...], int]:
        items: list[Node] = []
        while not self._at(closing):
            items.append(self._spread() or self._expression())
            if not self._skip(","):
                break
        return tuple(items), self._take(closing).end

    def _spread(self) -> Spread | None:
        begin = self._token.start
        if not self._skip("..."):
            return None
        value = self._expression()
        return Spread(begin, value.end, value)

    def _value(self) -> Node:
        token = self._token
        if token.kind == "end":
            self._fail("a value is missing here, where the text ends", token.start)
        if token.kind == "word":
            return self._named(self._advance())
        if token.kind in {"number", "text"}:
            self._advance()
            return Literal(token.start, token.end, token.value)
        if token.text not in {"(", "[", "{"}:
            self._unexpected("a value is missing before this")
        self._advance()
        return self._bracketed(token)

    def _bracketed(self, opening: Token) -> Node:
        if opening.text == "[":
            items, end = self._items("]")
            return ListOf(opening.start, end, items)
        if opening.text == "{":
            return self._mapping(opening.start)
        inner = self._expression()
        return Group(opening.start, self._take(")").end, inner)

    def _named(self, word: Token) -> Node:
        if word.text in CONSTANTS:
            return Literal(word.start, word.end, CONSTANTS[word.text])
        if word.text in RESERVED:
            self._fail(f"'{word.text}' is not known here: {RESERVED[word.text]}", word.start)
        return Name(word.start, word.end, word.text)

    def _mapping(self, start: int) -> Node:
        items: list[Entry | Spread] = []
        while not self._at("}"):
            items.append(self._spread() or self._entry())
            if not self._skip(","):
                break
        return MappingOf(start, self._take("}").end, tuple(items))

    def _entry(self) -> Entry:
        begin = self._token
        key = self._key()
        if begin.kind == "word" and not self._at(":"):
            value = self._named(begin)
            return Entry(begin.start, value.end, key, value)
        if isinstance(key, Literal) and key.value == "__proto__":
            self._fail("a key cannot be __proto__, which in JavaScript is no key but a command", begin.start)
        self._take(":")
        value = self._expression()
        return Entry(begin.start, value.end, key, value)

    def _key(self) -> Node:
        token = self._advance()
        if token.kind == "word":
            return Literal(token.start, token.end, token.text)
        if token.kind in {"text", "number"}:
            value = token.value if token.kind == "text" else number_text(token.value)
            return Literal(token.start, token.end, value)
        if token.text == "{":
            self._fail("braces stand around the whole expression, once: {{ a && b }}", token.start)
        if token.text != "[":
            self._fail("a key is missing before this: write it as in {plan: input.plan}", token.start)
        key = self._expression()
        self._take("]")
        return key

    def _enter(self) -> None:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            self._fail(f"nested more than {MAX_NESTING} deep: compute this in an action", self._token.start)

    def _at(self, sign: str) -> bool:
        return self._token.kind == "operator" and self._token.text == sign

    def _skip(self, sign: str) -> bool:
        """Whether the sign stood here; it is taken."""
        found = self._at(sign)
        if found:
            self._advance()
        return found

    def _take(self, sign: str) -> Token:
        if not self._at(sign):
            self._unexpected(f"'{sign}' is missing before this")
        return self._advance()

    def _advance(self) -> Token:
        token = self._token
        self._token = self._lexer.next()
        return token

    def _unexpected(self, message: str) -> NoReturn:
        if self._token.kind == "end":
            message = message.replace("before this", "here, where the text ends")
        self._fail(message, self._token.start)

    def _fail(self, message: str, position: int) -> NoReturn:
        raise ExpressionSyntaxError(message, expression=self._text, position=position)
