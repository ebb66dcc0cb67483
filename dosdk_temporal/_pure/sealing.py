"""Pure: the keys of encryption, and what they seal: AES-256 in Galois/Counter Mode (NIST SP 800-38D)."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from dosdk_temporal.errors import DefinitionError

__all__ = ["ENCRYPTION_KEY", "NO_KEYS", "ChangedError", "Keyring", "UnreadableError", "key_id"]

ENCRYPTION_KEY: Final = "DO_ENCRYPTION_KEY"
"""The environment variable that holds the keys, separated by commas; with ``none`` in the first place they only open."""

_ADVICE: Final = "make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{43}=?")
"""32 bytes in base64url."""

_NONE: Final = "none"
"""In the place of the first key: nothing is encrypted, and what is can be read."""

_NONCE: Final = 12
"""Bytes, drawn anew for each: the length for which the mode is specified."""

_VERSION: Final = "dosdk.sealed.1"
"""What is authenticated with each, so that nothing which this key sealed otherwise is taken for it; never to change."""

_TEXT: Final = "dosdk-sealed:1:"
"""How a sealed text begins, as no JSON does; a wire name, never to change."""

_BLINDED: Final = "dosdk-blinded:1:"


class UnreadableError(DefinitionError):
    """What is to be read was encrypted with a key that this process has not."""

    retryable = True
    """It is this process's fault and not the run's: another worker may have the key."""


class ChangedError(UnreadableError):
    """What is to be read was encrypted with a key that is known here, and is not what was encrypted any more."""

    retryable = False
    """No worker can read it."""


@dataclass(frozen=True)
class Keyring:
    """The keys of encryption: the first seals, all open. With none, nothing is sealed, and what is sealed is refused.

    It is true where it seals.

    Args:
        keys: each of 32 bytes. Never shown.
        only_opens: whether nothing is sealed yet, or any more.
    """

    keys: tuple[bytes, ...] = field(default=(), repr=False)
    only_opens: bool = False

    @classmethod
    def read(cls, given: str | None, environ: Mapping[str, str]) -> Keyring:
        """The keys of an argument, else of an environment; none where neither has any.

        Raises:
            DefinitionError: when one is no key, or the package that encrypts is not installed. It shows no key.
        """
        source, text = (
            ("encryption_key=", given) if given is not None else (ENCRYPTION_KEY, environ.get(ENCRYPTION_KEY))
        )
        if not text and given is None:
            return cls()
        written = (text or "").split(",")
        only_opens = len(written) > 1 and written[0].strip() == _NONE
        keys = []
        for number, key in list(enumerate(written, 1))[only_opens:]:
            if not _KEY.fullmatch(key.strip()):
                raise DefinitionError(f"key {number} of {source} is not 32 bytes in base64url: {_ADVICE}")
            keys.append(urlsafe_b64decode(key.strip().removesuffix("=") + "="))
        _aes_gcm()  # so that a missing package is told now, and not by the first payload
        return cls(tuple(keys), only_opens)

    def __bool__(self) -> bool:
        return bool(self.keys) and not self.only_opens

    @cached_property
    def _ciphers(self) -> dict[str, Any]:
        return {key_id(key): _aes_gcm()(key) for key in self.keys}

    @property
    def ids(self) -> list[str]:
        """The ids of the keys, the one that seals first."""
        return list(map(key_id, self.keys))

    @cached_property
    def first(self) -> str:
        """The id of the key that seals."""
        return self.ids[0]

    def seal(self, data: bytes, *place: object) -> bytes:
        """Encrypt with the first key.

        Args:
            data: what is to be kept secret.
            *place: where it will stand; there only can it be opened.
        """
        nonce = os.urandom(_NONCE)
        sealed: bytes = self._ciphers[self.first].encrypt(nonce, data, _bound(self.first, place))
        return nonce + sealed

    def open(self, key: str, sealed: bytes, *place: object) -> bytes:
        """What was sealed.

        Args:
            key: its id.
            sealed: as :meth:`seal` gave it.
            *place: where it stands.

        Raises:
            UnreadableError: when the key is not among these.
            ChangedError: when what was sealed has been changed or moved.
        """
        cipher = self._ciphers.get(key)
        if cipher is None:
            raise UnreadableError(_unknown(key, self.ids))
        try:
            data: bytes = cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(key, place))
        except (_invalid_tag(), ValueError):
            raise ChangedError(
                f"what was encrypted with the key {key!r} was changed on the server or on its way, and is not read: the key is "
                "known here, and only the data as they were help, as from a backup"
            ) from None
        return data

    def seal_text(self, text: str, *place: object) -> str:
        """A text for a table, bound to its row; as it is where nothing is sealed."""
        if not self:
            return text
        return f"{_TEXT}{self.first}:{b64encode(self.seal(text.encode(), *place)).decode()}"

    def open_text(self, text: str, *place: object) -> str:
        """A text of a table; as it is where it was not sealed.

        Raises:
            UnreadableError: see :meth:`open`.
        """
        if not text.startswith(_TEXT):
            return text
        key, _, sealed = text.removeprefix(_TEXT).partition(":")
        try:
            data = b64decode(sealed, validate=True)
        except ValueError:
            data = b""  # as which it is refused, for its key's sake or its own
        return self.open(key, data, *place).decode()

    def blinded(self, text: str) -> list[str]:
        """What stands for a text that a table is searched by: first what is written, then what other keys or none wrote."""
        hashes = [f"{_BLINDED}{_hash(key, text)}" for key in self.keys]
        return [*hashes, text] if self else [text, *hashes]


NO_KEYS: Final = Keyring()
"""Nothing is encrypted."""


def key_id(key: bytes) -> str:
    """What tells which key sealed something, and nothing else of the key."""
    return hashlib.sha256(b"dosdk.key-id" + key).hexdigest()[:12]


def _hash(key: bytes, text: str) -> str:
    own = hmac.digest(key, b"dosdk.blinded.1", "sha256")  # a key for each purpose
    return hmac.new(own, text.encode(), "sha256").hexdigest()


def _bound(key: str, place: tuple[object, ...]) -> bytes:
    return "\0".join((_VERSION, key, *map(str, place))).encode()


def _unknown(key: str, keys: Sequence[str]) -> str:
    known = f"not among the keys here ({', '.join(keys)})" if keys else "not known here"
    return (
        f"this is encrypted, and the key with the id {key!r} is {known}: set {ENCRYPTION_KEY} as where this was written; "
        "several keys are separated by commas, and the first encrypts"
    )


def _aes_gcm() -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - an extra
    except ImportError:
        raise DefinitionError("encryption needs cryptography: pip install 'dosdk-temporal[encryption]'") from None
    return AESGCM


def _invalid_tag() -> type[Exception]:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - an extra

    return InvalidTag
