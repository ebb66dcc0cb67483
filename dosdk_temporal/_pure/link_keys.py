"""Pure: the keys that sign links, and what they sign: JSON web tokens (RFC 7519) by HMAC with SHA-256."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from dosdk_temporal.errors import DefinitionError, LinkError

__all__ = ["LINK_KEYS", "LinkKeys"]

LINK_KEYS: Final = "DO_LINK_KEYS"
"""The environment variable that holds the keys, separated by commas."""

_SHORTEST: Final = 32
"""Bytes: as many as the signature has; a shorter key is the easier part to guess (RFC 7518, section 3.2)."""

_ADVICE: Final = "make one with 'openssl rand -hex 32'"
_ALGORITHM: Final = "HS256"
_ISSUER: Final = "dosdk.link"
"""What tells a link from whatever else is signed with the same keys; a wire name, never to change."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
"""The last character of a signature carries four bits, and decoders pass over the other two: one spelling is taken."""


class LinkKeys:
    """The keys of links: the first signs, all verify. A new one is put first; the old one is taken out when its links are over.

    Args:
        keys: each of at least 32 bytes. Never shown.
    """

    def __init__(self, *keys: bytes) -> None:
        self._keys = keys

    def __repr__(self) -> str:
        return f"<LinkKeys {len(self._keys)}>"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> LinkKeys:
        """The keys of an environment.

        Raises:
            DefinitionError: when there is none, or one is too short. It shows no key.
        """
        keys = [key.strip().encode() for key in environ.get(LINK_KEYS, "").split(",") if key.strip()]
        if not keys:
            raise DefinitionError(f"links need {LINK_KEYS}, the keys that sign them, separated by commas: {_ADVICE}")
        for number, key in enumerate(keys, 1):
            if len(key) < _SHORTEST:
                raise DefinitionError(
                    f"key {number} of {LINK_KEYS} has {len(key)} bytes, at least {_SHORTEST} are needed: {_ADVICE}"
                )
        return cls(*keys)

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token that says the claims to everybody, and can be made with these keys only.

        Raises:
            DefinitionError: when PyJWT is not installed.
        """
        return str(_jwt().encode({**claims, "iss": _ISSUER}, self._keys[0], _ALGORITHM))

    def verify(self, token: object) -> dict[str, Any]:
        """What a token says that one of these keys has signed.

        Raises:
            LinkError: ``forged``, for anything else.
            DefinitionError: when PyJWT is not installed.
        """
        jwt = _jwt()
        if isinstance(token, str) and _TOKEN.fullmatch(token):
            for key in self._keys:
                try:
                    claims: dict[str, Any] = jwt.decode(
                        token,
                        key,
                        [_ALGORITHM],
                        # What expires, and for whom, has errors of its own.
                        options={"verify_exp": False, "verify_aud": False},
                        issuer=_ISSUER,
                    )
                except jwt.InvalidTokenError:
                    continue
                return claims
        raise LinkError("this is no link of ours, or it was changed on its way: open it as it was sent")


def _jwt() -> Any:
    try:
        import jwt  # noqa: PLC0415 - an extra
    except ImportError:
        raise DefinitionError("links need PyJWT: pip install 'dosdk-temporal[links]'") from None
    return jwt
