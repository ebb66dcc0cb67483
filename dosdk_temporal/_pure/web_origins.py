"""Pure: which requests of a browser are answered by a server that only programs of this machine should reach.

Any page that a person has open may send requests to this machine. Its browser says which page it was (``Origin``), and by which
name it reached this machine (``Host``): another name than this machine's is a page that had its own name point here.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Final
from urllib.parse import urlsplit

from dosdk_temporal.errors import DefinitionError

__all__ = ["origin_of", "refusal"]

_HERE: Final = frozenset({"127.0.0.1", "localhost"})
_PORTS: Final = {"http": 80, "https": 443}


def origin_of(text: str) -> str:
    """An address as browsers name its origin: scheme, host and a port that is not the scheme's own.

    Args:
        text: ``https://temporal.example.com``; a slash may follow.

    Raises:
        DefinitionError: when it is none.
    """
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
    except ValueError:
        raise _no_origin(text) from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in {"", "/"} or "@" in parts.netloc:
        raise _no_origin(text)
    if parts.query or parts.fragment:
        raise _no_origin(text)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in {None, _PORTS[parts.scheme]} else f":{port}")


def refusal(host: str | None, origin: str | None, allowed: Container[str]) -> str | None:
    """Why a request is refused; None where it is answered.

    Args:
        host: its ``Host`` header.
        origin: its ``Origin`` header; None of a program that is no browser.
        allowed: the origins whose pages are answered.
    """
    if (host or "").rpartition(":")[0] not in _HERE and host not in _HERE:
        return f"a request for the host {host!r} is refused: ask 127.0.0.1 or localhost"
    if origin is not None and origin not in allowed:
        return f"a request of a page of {origin!r} is refused: if that is your Web UI, allow it with --ui-origin"
    return None


def _no_origin(text: str) -> DefinitionError:
    return DefinitionError(f"{text!r} is no origin of a web page: give it as in http://localhost:8233, without a path")
