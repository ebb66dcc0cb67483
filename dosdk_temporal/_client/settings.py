"""Outside: where a client connects to, from defaults, a ``temporal.toml`` profile, ``TEMPORAL_*``, ``DO_*`` and arguments."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from temporalio.service import TLSConfig

__all__ = ["DEFAULT_ADDRESS", "DEFAULT_NAMESPACE", "DEFAULT_TASK_QUEUE", "Settings"]

DEFAULT_ADDRESS: Final = "localhost:7233"
DEFAULT_NAMESPACE: Final = "default"
DEFAULT_TASK_QUEUE: Final = "dosdk"

_CLOUD: Final = (".tmprl.cloud", ".api.temporal.io")


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
    """

    address: str = DEFAULT_ADDRESS
    namespace: str = DEFAULT_NAMESPACE
    task_queue: str = DEFAULT_TASK_QUEUE
    api_key: str | None = field(default=None, repr=False)
    tls: bool | TLSConfig = field(default=False, repr=False)
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)

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
        environ: Mapping[str, str] | None = None,
    ) -> Settings:
        """Merge what is configured, lowest first: defaults, profile and ``TEMPORAL_*``, ``DO_*``, arguments.

        TLS is on where an argument or the profile asks for it, or the address is Temporal Cloud's or ``https://``; a key alone
        does not turn it on, so that ``DO_API_KEY`` works against a plain local server.

        Raises:
            DefinitionError: when the configuration names what does not exist or cannot be read.
        """
        environ = os.environ if environ is None else environ
        found = _profile(profile, environ)
        chosen = address or environ.get("DO_ADDRESS") or found.get("target_host") or DEFAULT_ADDRESS
        secure = chosen.startswith("https://")
        chosen = _host_and_port(chosen.removeprefix("https://").removeprefix("http://"))
        asked: bool | TLSConfig | None = tls if tls is not None else found.get("tls")
        in_cloud = chosen.rpartition(":")[0].endswith(_CLOUD)
        return cls(
            address=chosen,
            namespace=namespace or found.get("namespace") or DEFAULT_NAMESPACE,
            task_queue=task_queue or environ.get("DO_TASK_QUEUE") or DEFAULT_TASK_QUEUE,
            api_key=api_key or environ.get("DO_API_KEY") or found.get("api_key"),
            tls=(secure or in_cloud) if asked is None else asked,
            metadata=found.get("rpc_metadata", {}),
        )


def _profile(name: str | None, environ: Mapping[str, str]) -> dict[str, Any]:
    from temporalio.envconfig import ClientConfigProfile  # noqa: PLC0415 - importing this package costs no temporalio

    file = environ.get("TEMPORAL_CONFIG_FILE")
    if file and not Path(file).is_file():
        raise DefinitionError(f"TEMPORAL_CONFIG_FILE names {file!r}, which does not exist: correct it, or unset it")
    try:
        loaded = ClientConfigProfile.load(profile=name, override_env_vars=dict(environ))
    except (RuntimeError, ValueError) as error:
        raise DefinitionError(f"the Temporal configuration cannot be read: {error}") from None
    config: dict[str, Any] = dict(loaded.to_client_connect_config())
    if loaded.tls is None:
        config.pop("tls", None)  # turned on for the key's sake alone
    return config


def _host_and_port(address: str) -> str:
    host, mark, port = address.rpartition(":")
    if not mark:
        return f"{address}:7233"
    if not host or not port.isdigit():
        raise DefinitionError(f"address={address!r} is not 'host:port', as in {DEFAULT_ADDRESS!r}")
    return address
