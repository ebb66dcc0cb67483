"""Outside: ``dosdk codec``."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from dosdk_temporal._cli.options import Json
from dosdk_temporal._pure.sealing import ENCRYPTION_KEY, Keyring
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from dosdk_temporal._outside.codec_server import CodecServer

__all__ = ["codec"]

_UI = ["http://localhost:8233", "http://127.0.0.1:8233"]


def codec(
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="To listen on. 0: any free one.")] = 8081,
    ui_origin: Annotated[
        list[str],
        typer.Option("--ui-origin", metavar="ORIGIN", help="Where you open the Web UI. May be repeated."),
    ] = _UI,
    as_json: Json = False,
) -> int:
    """Decrypt for the Web UI and the temporal command, until Ctrl-C: a Temporal codec server, on this machine only.

    It has the keys of DO_ENCRYPTION_KEY, and decrypts for every program of this machine; of web pages, for the Web UI's alone.
    'dosdk dev' starts one by itself.

    [dim]Examples:[/dim]

    [cyan]dosdk codec --ui-origin https://temporal.example.com[/cyan]

    [cyan]temporal workflow show -w ID --codec-endpoint http://127.0.0.1:8081[/cyan]
    """
    from dosdk_temporal._cli.faults import complain  # noqa: PLC0415 - --help loads none of it
    from dosdk_temporal._outside.codec_server import CodecServer  # noqa: PLC0415

    keyring = Keyring.read(None, os.environ)
    if not keyring.keys:
        raise DefinitionError(
            f"there is no key to decrypt with: set {ENCRYPTION_KEY}, as your workers and clients have it"
        )
    with CodecServer(keyring, port, ui_origin, lambda message: complain(message, "warning")) as server:
        asyncio.run(_serve(server, keyring.ids, as_json=as_json))
    return 0


async def _serve(server: CodecServer, keys: Sequence[str], *, as_json: bool) -> None:
    asked_to_end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_end.set)
    _say(server, keys, as_json=as_json)
    await asked_to_end.wait()


def _say(server: CodecServer, keys: Sequence[str], *, as_json: bool) -> None:
    from dosdk_temporal._cli.output import console, line  # noqa: PLC0415 - as above

    origins = sorted(server.origins)
    if as_json:
        line({"event": "codec", "url": server.url, "origins": origins})
        return
    out = console()
    out.print(f"Codec server  {server.url}  (keys: {', '.join(keys)}; Ctrl-C ends it)", style="bold")
    out.print(f"Web UI        at {' or '.join(origins)}: give it this address under 'Codec Server'")
    out.print(f"temporal      --codec-endpoint {server.url}")
    out.file.flush()
