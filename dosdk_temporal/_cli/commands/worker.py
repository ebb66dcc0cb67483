"""Outside: ``dosdk worker``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from dosdk_temporal._cli.connecting import targeting
from dosdk_temporal._cli.options import Json, ServedModules
from dosdk_temporal._client.do import Do

__all__ = ["worker"]


@targeting
async def worker(
    do: Do,
    modules: ServedModules,
    *,
    health_port: Annotated[
        int | None,
        typer.Option(
            "--health-port",
            min=0,
            max=65_535,
            help="Answer /health/live and /health/ready over HTTP on this port. 0: any free one. Default: off.",
            show_default=False,
        ),
    ] = None,
    log_format: Annotated[
        Literal["json", "console"] | None,
        typer.Option(
            "--log-format",
            help="For people or for programs. Default: DO_LOG_FORMAT, else by whether this is a terminal.",
            show_default=False,
        ),
    ] = None,
    max_actions: Annotated[int, typer.Option("--max-actions", min=1, help="How many actions run at once.")] = 100,
    max_workflow_tasks: Annotated[
        int, typer.Option("--max-workflow-tasks", min=1, help="How many workflow tasks run at once.")
    ] = 100,
    drain: Annotated[
        str,
        typer.Option("--drain", metavar="DURATION", help="How long running actions may go on after Ctrl-C or SIGTERM."),
    ] = "30s",
    deployment: Annotated[
        str | None,
        typer.Option(
            "--deployment",
            metavar="NAME",
            help="Belong to these workers, as one build of them: see 'dosdk deployments'. Default: DO_DEPLOYMENT, else none.",
            show_default=False,
        ),
    ] = None,
    build_id: Annotated[
        str | None,
        typer.Option(
            "--build-id",
            metavar="ID",
            help="The build of a deployment. Default: DO_BUILD_ID, else the git commit that is checked out here.",
            show_default=False,
        ),
    ] = None,
    secrets: Annotated[
        str | None,
        typer.Option(
            "--secrets",
            metavar="MODULE:FUNCTION",
            help="What gives the value of a secret by its name. Default: DO_SECRETS, else the environment.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Serve the actions and workflows of modules until Ctrl-C or SIGTERM. Waits for a server that is not up yet.

    [dim]Example:[/dim] [cyan]dosdk worker myproject.flows --address temporal:7233 --health-port 8080[/cyan]
    """
    from dosdk_temporal._worker.process import serve  # noqa: PLC0415 - --help loads none of it

    return await serve(
        do,
        modules,
        health_port=health_port,
        log_format="json" if as_json else log_format,
        max_actions=max_actions,
        max_workflow_tasks=max_workflow_tasks,
        drain=drain,
        deployment=deployment,
        build_id=build_id,
        secrets=secrets,
    )
