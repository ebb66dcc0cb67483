"""Pure: names and ids, and what may be one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from dosdk_temporal._pure.free_text import check_free_text
from dosdk_temporal.errors import DefinitionError, DoError, InputError

__all__ = [
    "ALONE_PREFIX",
    "MOST_ID_BYTES",
    "RESERVED_PREFIX",
    "StepIds",
    "check_asked_id",
    "check_id",
    "check_name",
    "check_patch",
    "check_version",
    "keyed_id",
    "named_action",
    "split_version",
    "version_order",
]

RESERVED_PREFIX: Final = "dosdk."
"""Activity, update and memo names of the SDK's own begin so."""

ALONE_PREFIX: Final = "act/"
"""The ids of actions that are called by themselves and have no key begin so."""

MOST_ID_BYTES: Final = 1000
"""Of an execution's id, as Temporal takes it."""

_LONGEST: Final = 200
_VERSION = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})*")


def check_name(name: object, what: str) -> str:
    """The name, if it may name an action or a workflow.

    Raises:
        DefinitionError: when it is not text of 1 to 200 printable characters, or is kept for Temporal or the SDK.
    """
    text = _check_text(name, f"{what} name", DefinitionError)
    if "@" in text:
        raise DefinitionError(f"the {what} name {text!r} holds '@', which marks a version: give version= instead")
    if text.startswith((RESERVED_PREFIX, "__temporal_")):
        raise DefinitionError(f"the {what} name {text!r} begins like the engine's own: choose another")
    return text


def check_id(value: object, what: str) -> str:
    """The id or key, if it may be one: 1 to 200 printable characters.

    Raises:
        InputError: when it may not.
    """
    return _check_text(value, what, InputError)


def check_asked_id(value: object, what: str) -> str:
    """The id, if something may have it that is asked about: one that is made of a name and a key is longer than either.

    Raises:
        InputError: when nothing can have it.
    """
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"the {what} must be text, as it was given when that was made, not {value!r}")
    if (length := len(check_free_text(value, f"the {what}").encode())) > MOST_ID_BYTES:
        raise InputError(f"the {what} has {length} bytes, none has more than {MOST_ID_BYTES}: {value[:40]!r}…")
    return value


def check_patch(value: object) -> str:
    """The id of a change in a handler.

    Raises:
        InputError: when it cannot be one, or is kept for the SDK.
    """
    text = check_id(value, "patch's id")
    if text.startswith(RESERVED_PREFIX):
        raise InputError(f"the patch's id {text!r} begins like the SDK's own: choose another")
    return text


def check_version(version: object) -> str:
    """A version as text: ``1`` and ``"2.1"`` may be meant.

    Raises:
        DefinitionError: for anything else.
    """
    text = str(version)
    if isinstance(version, bool) or not isinstance(version, str | int | float) or not _VERSION.fullmatch(text):
        raise DefinitionError(f"version={version!r} is not a version: write numbers and dots, like '2' or '2.1'")
    return text


def version_order(version: str) -> tuple[int, ...]:
    """A key that sorts versions by their numbers, so that 10 comes after 9."""
    return tuple(int(part) for part in version.split("."))


def split_version(reference: str) -> tuple[str, str | None]:
    """``"charge@2"`` as ``("charge", "2")``, ``"charge"`` as ``("charge", None)``.

    Raises:
        InputError: when it is not text, or no version follows the ``@``.
    """
    name, mark, version = check_free_text(reference, "a name").partition("@")
    if mark and not _VERSION.fullmatch(version):
        raise InputError(
            f"{reference!r} asks for version {version!r}: write numbers and dots after the @, like 'charge@2'"
        )
    return name, version if mark else None


def named_action(reference: str, what: str) -> str:
    """The reference as it is, of an action that an option names.

    Args:
        reference: the name, or ``name@version``.
        what: the option, as in messages.

    Raises:
        DefinitionError: when it can be no name.
    """
    try:
        name, _ = split_version(reference)
    except InputError as error:
        raise DefinitionError(f"{what}: {error}") from None
    if not name.strip():
        raise DefinitionError(f"{what} is an empty name: give an action, its name, or a function")
    return reference


def keyed_id(name: str, key: str) -> str:
    """The execution id of an action, workflow or service called with an idempotency key: ``charge/order-7``.

    A slash in the name is written ``%2F``: else ``charge`` with the key ``card/7`` were ``charge/card`` with the key ``7``.

    Raises:
        InputError: when the key cannot be one, or is too long for the name.
    """
    unmistakable = name.replace("%", "%25").replace("/", "%2F")
    execution_id = f"{unmistakable}/{check_id(key, 'idempotency_key')}"
    if (length := len(execution_id.encode())) > MOST_ID_BYTES:
        raise InputError(
            f"the name and its idempotency_key have {length} bytes together, at most {MOST_ID_BYTES} are allowed"
        )
    return execution_id


class StepIds:
    """Step ids of one run, in the order they are asked for: ``charge``, ``charge#2``, ``charge#3``.

    Args:
        prefix: what all begin with; default nothing.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._used: dict[str, int] = {}
        self._given: set[str] = set()

    def next(self, name: str) -> str:
        """The next free id for a step of that name."""
        name = f"{self._prefix}{name}"
        count = self._used.get(name, 0) + 1
        while (step := name if count == 1 else f"{name}#{count}") in self._given:
            count += 1  # an action may itself be called "charge#2"
        self._used[name] = count
        self._given.add(step)
        return step

    def reserve(self, name: str, step: str) -> None:
        """Take an id that was given before, by another run of the chain: the numbers go on after it."""
        number = step.removeprefix(f"{name}#")
        self._used[name] = max(self._used.get(name, 0), int(number) if number.isdecimal() else 1)
        self._given.add(step)


def _check_text(value: object, what: str, error: Callable[[str], DoError]) -> str:
    if not isinstance(value, str) or not value.strip():
        raise error(f"the {what} must be text of 1 to {_LONGEST} characters, not {value!r}")
    if len(value) > _LONGEST:
        raise error(f"the {what} has {len(value)} characters, at most {_LONGEST} are allowed: {value[:40]!r}…")
    if not value.isprintable() or value != value.strip():
        raise error(f"the {what} {value!r} holds blanks at its ends or characters that cannot be printed")
    return value
