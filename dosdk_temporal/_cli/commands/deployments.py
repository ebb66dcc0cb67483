"""Outside: ``dosdk deployments``."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.help import show_help
from dosdk_temporal._cli.options import Json
from dosdk_temporal._cli.output import console, document, tell
from dosdk_temporal._client.do import Do

__all__ = ["deployments"]

Wait = Annotated[
    str, typer.Option("--wait", metavar="DURATION", help="How long to wait for its first worker to come up.")
]

deployments = typer.Typer(name="deployments", help="Which build of the workers gets the runs.")


@deployments.callback(invoke_without_command=True)
def group(context: typer.Context) -> None:
    """Workers that were started with --deployment and --build-id: which build gets the runs."""
    show_help(context)


@deployments.command("list")
@connecting
async def show(do: Do, as_json: Json = False) -> None:
    """List deployments, each with its builds, the newest first. One that is drained can be stopped.

    [dim]Example:[/dim] [cyan]dosdk deployments list[/cyan]
    """
    from dosdk_temporal._cli.views.times import local_time  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._client.deployments import list_deployments  # noqa: PLC0415

    found = await list_deployments(await do.connection())
    if as_json:
        document(found)
        return
    out = console()
    for deployment in found:
        out.print(deployment.name, style="bold")
        for build in deployment.builds:
            style = "green" if build.state == "current" else None
            part = f" {deployment.percentage:g} %" if build.id == deployment.ramping else ""
            out.print(f"  {build.id}  {build.state}{part}  since {local_time(build.created_at)}", style=style)


@deployments.command("current")
@connecting
async def current(
    do: Do,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The deployment's name.")],
    build_id: Annotated[str, typer.Argument(metavar="BUILD_ID", help="The build whose workers get the runs.")],
    wait: Wait = "30s",
    as_json: Json = False,
) -> None:
    """Send new runs to a build, and those under way that are not pinned to the build that began them.

    Waits until the server has done it. To go back, name the build before.

    [dim]Example:[/dim] [cyan]dosdk deployments current orders 3f2a91c[/cyan]
    """
    from dosdk_temporal._client.deployments import set_current  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._pure.durations import parse_duration  # noqa: PLC0415

    patience = parse_duration(wait, what="--wait").total_seconds()
    await set_current(await do.connection(), name, build_id, patience)
    tell(
        {"deployment": name, "current": build_id}, f"runs of deployment {name} go to build {build_id}", as_json=as_json
    )


@deployments.command("ramp")
@connecting
async def ramp(
    do: Do,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The deployment's name.")],
    build_id: Annotated[
        str, typer.Argument(metavar="BUILD_ID", help="The build whose workers get a part of the runs.")
    ],
    percentage: Annotated[
        float, typer.Option("--percentage", metavar="PERCENT", help="How large that part is: 0 to 100.")
    ],
    wait: Wait = "30s",
    as_json: Json = False,
) -> None:
    """Send a part of the runs to a build, the others stay with the current one; make it current when it has proved good.

    [dim]Example:[/dim] [cyan]dosdk deployments ramp orders 3f2a91c --percentage 10[/cyan]
    """
    from dosdk_temporal._client.deployments import set_ramping  # noqa: PLC0415
    from dosdk_temporal._pure.durations import parse_duration  # noqa: PLC0415

    patience = parse_duration(wait, what="--wait").total_seconds()
    await set_ramping(await do.connection(), name, build_id, percentage, patience)
    tell(
        {"deployment": name, "ramping": build_id, "percentage": percentage},
        f"{percentage:g} % of the runs of deployment {name} go to build {build_id}",
        as_json=as_json,
    )
