"""Outside: where a client connects to, from defaults, a ``temporal.toml`` profile, ``TEMPORAL_*``, ``DO_*`` and arguments."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dosdk_temporal._pure.option_types import check_texts
from dosdk_temporal._pure.sealing import Keyring
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from temporalio.service import TLSConfig

__all__ = ["DEFAULT_ADDRESS", "DEFAULT_NAMESPACE", "DEFAULT_TASK_QUEUE", "Settings"]

DEFAULT_ADDRESS: Final = "localhost:7233"
DEFAULT_NAMESPACE: Final = "default"
DEFAULT_TASK_QUEUE: Final = "dosdk"

_CLOUD: Final = (".tmprl.cloud", ".api.temporal.io")

_ADDRESS: Final = re.compile(r"(?P<host>[^\s:/@\[\]]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
_LAST_PORT: Final = 65535


@dataclass(frozen=True)
class Settings:
    """How to reach a Temporal server.

    Attributes:
        address: ``host:port``.
        namespace: Temporal's.
        task_queue: which workers are asked.
        api_key: sent with every call; None for none. Never shown.
        tls: whether, and how, the connection is encrypted.
        metadata: further headers of every call.
        keyring: encrypts payloads, and the values in the SDK's own tables; empty for no encryption. Never shown.
    """

    address: str = DEFAULT_ADDRESS
    namespace: str = DEFAULT_NAMESPACE
    task_queue: str = DEFAULT_TASK_QUEUE
    api_key: str | None = field(default=None, repr=False)
    tls: bool | TLSConfig = field(default=False, repr=False)
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)
    keyring: Keyring = field(default_factory=Keyring, repr=False)

    @classmethod
    def resolve(
        cls,
        *,
        api_key: str | None = None,
        address: str | None = None,
        namespace: str | None = None,
        task_queue: str | None = None,
        tls: bool | TLSConfig | None = None,
        profile: str | None = None,
        encryption_key: str | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Settings:
        """Merge what is configured, lowest first: defaults, profile and ``TEMPORAL_*``, ``DO_*``, arguments.

        TLS is on where an argument or the profile asks for it, or the address is Temporal Cloud's or ``https://``; a key alone
        does not turn it on, so that ``DO_API_KEY`` works against a plain local server.

        Raises:
            DefinitionError: when the configuration names what does not exist or cannot be read.
        """
        _check(tls, api_key=api_key, address=address, namespace=namespace, task_queue=task_queue, profile=profile)
        check_texts(encryption_key=encryption_key)
        environ = os.environ if environ is None else environ
        found = _profile(profile, environ)
        chosen = address or environ.get("DO_ADDRESS") or found.get("target_host") or DEFAULT_ADDRESS
        secure = chosen.startswith("https://")
        chosen = _host_and_port(chosen.removeprefix("https://").removeprefix("http://"))
        asked: bool | TLSConfig | None = tls if tls is not None else found.get("tls")
        in_cloud = chosen.rpartition(":")[0].endswith(_CLOUD)
        return cls(
            address=chosen,
            namespace=namespace or environ.get("DO_NAMESPACE") or found.get("namespace") or DEFAULT_NAMESPACE,
            task_queue=task_queue or environ.get("DO_TASK_QUEUE") or DEFAULT_TASK_QUEUE,
            api_key=api_key or environ.get("DO_API_KEY") or found.get("api_key"),
            tls=(secure or in_cloud) if asked is None else asked,
            metadata=found.get("rpc_metadata", {}),
            keyring=Keyring.read(encryption_key, environ),
        )

    @property
    def encrypted(self) -> bool:
        """Whether payloads are encrypted."""
        return bool(self.keyring)

    @property
    def on_this_machine(self) -> bool:
        """Whether the address is one that no packet leaves this machine for."""
        host = self.address.rpartition(":")[0].strip("[]")
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def _profile(name: str | None, environ: Mapping[str, str]) -> dict[str, Any]:
    from temporalio.envconfig import ClientConfigProfile  # noqa: PLC0415 - importing this package costs no temporalio

    file = environ.get("TEMPORAL_CONFIG_FILE")
    if file and not Path(file).is_file():
        raise DefinitionError(f"TEMPORAL_CONFIG_FILE names {file!r}, which is no file: correct it, or unset it")
    try:
        loaded = ClientConfigProfile.load(profile=name, override_env_vars=dict(environ))
        config: dict[str, Any] = dict(loaded.to_client_connect_config())
    except (RuntimeError, ValueError, OSError) as error:
        reason = str(error).splitlines()[0]  # the lines below it quote the file, which may hold a key
        where = f"the Temporal configuration {file or 'in temporal.toml and TEMPORAL_*'}"
        absent = re.fullmatch(r"Profile (?P<name>'.*') not found", reason)
        problem = f"has no profile {absent['name']}: name one that it has" if absent else f"cannot be read: {reason}"
        raise DefinitionError(f"{where} {problem}") from None
    if loaded.tls is None:
        config.pop("tls", None)  # turned on for the key's sake alone
    return config


def _host_and_port(address: str) -> str:
    found = _ADDRESS.fullmatch(address.removesuffix("/"))
    port = int(found["port"] or 7233) if found else 0
    if found is None or not 1 <= port <= _LAST_PORT:
        raise DefinitionError(f"address={address!r} is not 'host:port', as in {DEFAULT_ADDRESS!r}")
    return f"{found['host']}:{port}"


def _check(tls: object, **texts: object) -> None:
    from temporalio.service import TLSConfig  # noqa: PLC0415 - importing this package costs no temporalio

    check_texts(**texts)
    if tls is not None and not isinstance(tls, bool | TLSConfig):
        raise DefinitionError(f"tls={tls!r} is neither True, False nor a temporalio.service.TLSConfig")
