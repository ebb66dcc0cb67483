"""Definitions made wrong at random."""

# ruff: noqa: E501 - the pieces are a heap, in no order that would be worth lines

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Final

__all__ = ["Mutations"]

_PIECES: Final = (
    "{{", "}}", "{{ ", " }}", "[", "]", "{", "}", ":", ": ", "- ", "\n", "\n  ", "\t", "&a ", "*a", "!!x ", "!", "|", ">", "#",
    "'", '"', "\\", "\0", "\ufeff", "\u2028", "\x85", "%YAML 1.1", "---\n", "...\n", "<<: ", "? ", "yes", "no", "on", "017", "0x1F",
    "1e999", "12:30:00", "2027-01-31", "~", "null", "[" * 60, "{" * 60, "- " * 60, "__class__", "constructor", "9" * 400,
    "input.", "steps.", "?.", "&&", "(((", "ä", "😀", "\ud7ff", "x-", "$ref", "pattern: (a+)+$", "enum: []",
)  # fmt: skip
_VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 5, 1.5, 1e308, 2**70, "", "x", "{{ input.x }}", "{{ x.y }}", "{{", "3d", "30", "string?", "a | b",
    [], [1], ["a", "a"], {}, {"a": 1}, {"type": "object"}, {"$ref": "#"}, {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#"}}},
    {"type": "string", "pattern": "(a"}, {"function": "f"}, [{"function": "f"}], [{"wait": "1s"}], [[[]]], {"x-a": 1},
    {"event": "e"}, {"until": "{{ now }}"}, {"steps": [{"return": 1}], "condition": "a"}, {"maxAttempts": 2}, "exponential",
)  # fmt: skip
_KEYS: Final = (
    "name", "steps", "id", "function", "action", "input", "params", "condition", "parallel", "forEach", "as", "indexAs",
    "switch", "default", "wait", "waitForEvent", "approval", "workflow", "set", "try", "catch", "finally", "repeat", "raise", "return",
    "timeout", "retryPolicy", "fallback", "onError", "onTimeout", "compensation", "output", "result", "vars", "trigger", "metrics",
    "errorHandling", "version", "dsl", "labels", "tests", "x-y", "nope", "", "$ref", "a b",
)  # fmt: skip


class Mutations:
    """Texts and mappings, each a definition that something was done to.

    Args:
        random: chance.
        seeds: a folder with definitions in YAML.
    """

    def __init__(self, random: Random, seeds: Path) -> None:
        from dosdk_temporal._pure.declarative.problems import Problems  # noqa: PLC0415
        from dosdk_temporal._pure.declarative.reading import read_document  # noqa: PLC0415

        self._random = random
        self._texts = [file.read_text(encoding="utf-8") for file in sorted(seeds.glob("*.yaml"))]
        self._values = [read_document(text, None, Problems())[0].value for text in self._texts]

    def next(self) -> tuple[Any, str]:
        """What to try, and the name of its file."""
        make: Callable[[], tuple[Any, str]] = self._random.choice(
            [self._noise, self._text, self._text, self._json_text, self._mapping, self._mapping, self._mapping]
        )
        return make()

    def _noise(self) -> tuple[bytes, str]:
        length = self._random.choice([0, 1, 5, 50, 500, 5000])
        pieces = (self._random.choice(_PIECES).encode("utf-8", "replace") for _ in range(length // 5))
        noise = self._random.choice([self._random.randbytes(length), b"".join(pieces)])
        return noise, self._random.choice(["a.yaml", "a.json"])

    def _text(self) -> tuple[str, str]:
        return self._spoilt(self._random.choice(self._texts)), "a.yaml"

    def _json_text(self) -> tuple[str, str]:
        return self._spoilt(
            json.dumps(self._random.choice(self._values), indent=self._random.choice([None, 1]))
        ), "a.json"

    def _mapping(self) -> tuple[Any, str]:
        value = copy.deepcopy(self._random.choice(self._values))
        for _ in range(self._random.choice([1, 1, 1, 2, 3, 8])):
            self._change(value)
        if self._random.random() < 0.3:
            return json.dumps(value), "a.json"
        return value, "a.yaml"

    def _spoilt(self, text: str) -> str:
        for _ in range(self._random.choice([1, 1, 2, 5])):
            at = self._random.randrange(len(text) + 1)
            much = self._random.choice([0, 0, 1, 3, 20, 200])
            text = text[:at] + self._random.choice([*_PIECES, ""]) + text[at + much :]
        return text

    def _change(self, value: Any) -> None:
        """Change something somewhere in a mapping or list."""
        while True:
            below = [
                item
                for item in (value.values() if isinstance(value, dict) else value)
                if isinstance(item, dict | list) and item
            ]
            if not below or self._random.random() < 0.25:
                break
            value = self._random.choice(below)
        if isinstance(value, dict):
            self._change_mapping(value)
        else:
            self._change_list(value)

    def _change_mapping(self, value: dict[str, Any]) -> None:
        key = self._random.choice([*value, self._random.choice(_KEYS)])
        what = self._random.randrange(4)
        if what == 0:
            value.pop(key, None)
        elif what == 1 and key in value:
            value[self._random.choice(_KEYS)] = value.pop(key)
        else:
            value[key] = copy.deepcopy(self._random.choice(_VALUES))

    def _change_list(self, value: list[Any]) -> None:
        at = self._random.randrange(len(value))
        what = self._random.randrange(4)
        if what == 0:
            del value[at]
        elif what == 1:
            value.insert(at, copy.deepcopy(value[self._random.randrange(len(value))]))
        elif what == 2:
            self._random.shuffle(value)
        else:
            value[at] = copy.deepcopy(self._random.choice(_VALUES))
