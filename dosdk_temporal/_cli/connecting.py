"""Outside: commands that talk to a server: their common options, their client, and their event loop."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

from dosdk_temporal._cli.notices import showing_notices
from dosdk_temporal._client.do import Do

__all__ = ["connecting", "targeting"]

P = ParamSpec("P")

_PANEL = "Which server"


def _option(name: str, text: str) -> Any:
    return Annotated[str | None, typer.Option(name, help=text, rich_help_panel=_PANEL, show_default=False)]


_TARGET = {
    "address": _option(
        "--address", "host:port of the Temporal server. Default: TEMPORAL_ADDRESS, else localhost:7233."
    ),
    "namespace": _option("--namespace", "Its namespace. Default: TEMPORAL_NAMESPACE, else 'default'."),
    "task_queue": _option("--task-queue", "Which workers are meant. Default: DO_TASK_QUEUE, else 'dosdk'."),
    "profile": _option("--profile", "A profile of temporal.toml. Default: TEMPORAL_PROFILE, else 'default'."),
    "api_key": _option("--api-key", "Better set DO_API_KEY: other users can see a command's arguments. Never shown."),
}


def targeting(command: Callable[Concatenate[Do, P], Awaitable[int | None]]) -> Callable[..., int | None]:
    """Give a command the options that say which server, and the client they make as its first argument.

    Nothing is connected until the command asks for it.

    Args:
        command: an ``async`` function whose further parameters are Typer's.

    Returns:
        The plain function to register.
    """
    _, *own = inspect.signature(command, eval_str=True).parameters.values()
    target = [
        inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=a) for n, a in _TARGET.items()
    ]
    parameters = [*(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own), *target]

    @wraps(command)
    def run(**given: Any) -> int | None:
        do = Do(**{name: given.pop(name) for name in _TARGET})
        return asyncio.run(_to_its_end(command, do, given))

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # Typer reads it
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    del run.__wrapped__  # else Typer would read the command's own signature
    return run


def connecting(command: Callable[Concatenate[Do, P], Awaitable[int | None]]) -> Callable[..., int | None]:
    """As :func:`targeting`, for commands that are clients: what the SDK warns of is said on standard error."""

    @wraps(command)
    async def noticed(do: Do, /, *args: P.args, **kwargs: P.kwargs) -> int | None:
        with showing_notices():
            return await command(do, *args, **kwargs)

    return targeting(noticed)


async def _to_its_end(command: Callable[..., Awaitable[int | None]], do: Do, given: dict[str, Any]) -> int | None:
    try:
        return await command(do, **given)
    finally:
        await asyncio.to_thread(_flush_spans)


def _flush_spans() -> None:
    # Only where the command came to need temporalio can there be spans, and only then may this load it.
    telemetry = sys.modules.get("dosdk_temporal._outside.telemetry")
    if telemetry is not None:
        telemetry.flush_telemetry()
