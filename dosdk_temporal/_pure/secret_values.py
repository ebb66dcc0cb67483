"""Pure: no secret's value in what is written as JSON, unless that is encrypted: one that pydantic hides, or that was resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from dosdk_temporal._pure.revealed import REVEALED
from dosdk_temporal.errors import InputError

__all__ = [
    "AFTER_IT",
    "Answer",
    "Rule",
    "anywhere",
    "check_unseen",
    "is_openly_written",
    "send_from_here",
    "sending",
    "use_rule",
    "without_secrets",
]

Answer = Callable[[], bool]

Rule = Callable[[Answer, Answer | None], bool]
"""Whether what is written is refused, by two answers that may be asked for: whether there is a secret's value in it, and whether
it is encrypted; None where the code that writes it did not say."""

AFTER_IT: Final = "after_it"
"""Marks the refusal of a result: what was to be done is done. A wire name, never to change."""

_HIDDEN: Final = b"**********"
"""What pydantic writes in place of a ``SecretStr``'s value, and so where one may be; looking for it costs next to nothing."""

_ENCRYPTED: Final[ContextVar[Answer | None]] = ContextVar("dosdk_encrypted", default=None)


def anywhere(is_found: Answer, is_encrypted: Answer | None) -> bool:
    """The rule of processes that run no workflows."""
    return is_found() and (is_encrypted is None or not is_encrypted())


_rule: list[Rule] = [anywhere]


def use_rule(rule: Rule) -> None:
    """Let a process that also runs workflows ask this from now on."""
    _rule[0] = rule


def send_from_here(is_encrypted: Answer) -> None:
    """What is written in this context goes where this tells whether it is encrypted."""
    _ENCRYPTED.set(is_encrypted)


@contextmanager
def sending(is_encrypted: Answer) -> Iterator[None]:
    """What is written meanwhile goes where this tells whether it is encrypted; asked only where there is a secret in it."""
    token = _ENCRYPTED.set(is_encrypted)
    try:
        yield
    finally:
        _ENCRYPTED.reset(token)


def without_secrets(value: Any, data: bytes, what: str, refuses: Callable[[bool, Answer], bool] | None = None) -> bytes:
    """The JSON of a value, which holds no secret's value unless it is encrypted; then it holds those that pydantic hides, too.

    Args:
        value: any.
        data: its JSON as pydantic writes it.
        what: whose input or result it is, for the message.
        refuses: whether it is refused, told whether pydantic hides a value in it, and where to ask whether a resolved one is in
            it. Default by the rule of this process.

    Raises:
        InputError: saying what is secret and where, and never the value.
    """
    hidden = _Hidden(value) if _HIDDEN in data else None
    place = hidden.place if hidden else None
    if (refuses or _by_rule)(place is not None, lambda: REVEALED.name_in(data) is not None):
        raise _refusal(data, what, place)
    return hidden.written(data) if hidden is not None and place is not None else data


def check_unseen(value: Any, data: bytes, what: str) -> None:
    """Refuse what pydantic is to hide, where it came as plain text and stands, or is about to stand, in the clear.

    A run asks nothing here: who sends it something does, and so does the action that it calls.

    Args:
        value: that the JSON was read as.
        data: the JSON.
        what: whose input it is, for the message.

    Raises:
        InputError: as :func:`without_secrets`.
    """
    is_encrypted = _ENCRYPTED.get()
    if is_encrypted is None or is_encrypted():
        return
    place = _Hidden(value).place_in(data)
    if place is not None:
        raise _refusal(data, what, place)


def is_openly_written(value: Any) -> bool:
    """Whether JSON can say it, and then shows no secret's value; not by any rule: encrypted or not, in a run or not."""
    from pydantic_core import to_json  # noqa: PLC0415 - importing this package costs no pydantic

    try:
        data = to_json(value)
    except (ValueError, RecursionError):  # PydanticSerializationError is a ValueError
        return False
    return _HIDDEN not in data and REVEALED.name_in(data) is None


def _by_rule(is_hidden: bool, is_known: Answer) -> bool:
    return _rule[0](lambda: is_hidden or is_known(), _ENCRYPTED.get())


class _Hidden:
    """What pydantic hides in a value."""

    def __init__(self, value: Any) -> None:
        from pydantic import Secret, SecretBytes, SecretStr  # noqa: PLC0415 - importing this package costs no pydantic
        from pydantic_core import SchemaSerializer  # noqa: PLC0415
        from pydantic_core.core_schema import any_schema  # noqa: PLC0415

        self._kinds = (Secret, SecretBytes, SecretStr)
        self._given = SchemaSerializer(any_schema()).to_python(value)  # as it is written, but for what has no JSON

    @property
    def place(self) -> str | None:
        """Where the first is; None for none: the value has a text of asterisks."""
        return next((place for place, item in _leaves(self._given) if self._is_hidden(item)), None)

    def place_in(self, data: bytes) -> str | None:
        """Where the first is that the JSON shows; None for none: a default is in no input."""
        from pydantic_core import to_json  # noqa: PLC0415 - importing this package costs no pydantic

        hidden = ((place, item) for place, item in _leaves(self._given) if self._is_hidden(item))
        return next((place for place, item in hidden if to_json(item.get_secret_value()) in data), None)

    def written(self, data: bytes) -> bytes:
        """The JSON with the values in their places."""
        from pydantic_core import from_json, to_json  # noqa: PLC0415 - importing this package costs no pydantic

        return to_json(self._shown(from_json(data), self._given))

    def _is_hidden(self, item: Any) -> bool:
        return isinstance(item, self._kinds) and item.get_secret_value() not in ("", b"")

    def _shown(self, written: Any, given: Any) -> Any:
        if isinstance(given, self._kinds):
            return given.get_secret_value()
        if isinstance(written, dict) and isinstance(given, dict):
            pairs = zip(written.items(), given.values(), strict=False)
            return {key: self._shown(item, other) for (key, item), other in pairs}
        if isinstance(written, list) and isinstance(given, list | tuple | set | frozenset):
            return [self._shown(item, other) for item, other in zip(written, given, strict=False)]
        return written


def _refusal(data: bytes, what: str, place: str | None) -> InputError:
    from pydantic_core import from_json, to_json  # noqa: PLC0415 - importing this package costs no pydantic

    holds, name = "holds a value that pydantic keeps secret", None
    if place is None:
        name = REVEALED.name_in(data)
        holds = f"holds the value of secret {name!r}" if name else "holds the value of a secret"
        leaves = _leaves(from_json(data))
        place = next((at for at, item in leaves if REVEALED.name_in(to_json(item)) is not None), "")
    at = f" at {place}" if place else ""
    return InputError(
        REVEALED.masked(
            f"{what} {holds}{at}: let it travel by its name, Secret({name or 'NAME'!r}), and have the action ask for its "
            "value(); or encrypt payloads with DO_ENCRYPTION_KEY"
        )
    )


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """What plain containers hold in the end, each with its path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list | tuple | set | frozenset):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{place}[{index}]")
    else:
        yield place, value
