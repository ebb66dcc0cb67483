"""Outside: ``dosdk datastore``: what runs keep, and correcting it by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.help import show_help
from dosdk_temporal._cli.options import VALUE, Json, value_forms
from dosdk_temporal._cli.output import console, document, tell
from dosdk_temporal._client.datastore import Datastore
from dosdk_temporal._client.do import Do

__all__ = ["datastore"]

datastore = typer.Typer(name="datastore", help="Read and write what workflows keep across runs.")

Key = Annotated[str, typer.Argument(metavar="KEY", help="The key, within its namespace.")]
Within = Annotated[
    str | None,
    typer.Option(
        "--in", metavar="NAMESPACE", help="The Datastore's own namespace, like users or users/eu. Default: the root."
    ),
]
IfVersion = Annotated[
    int | None,
    typer.Option("--if-version", metavar="N", min=1, help="Only if this is its version, as get --json shows it."),
]


@datastore.callback(invoke_without_command=True)
def group(context: typer.Context) -> None:
    """Read and write the Datastore: what workflows keep across runs."""
    show_help(context)


@datastore.command("get")
@connecting
async def get(do: Do, key: Key, *, within: Within = None, as_json: Json = False) -> None:
    """Write the value of a key, as JSON; with --json the whole entry: its version, when it was written and by whom.

    [dim]Example:[/dim] [cyan]dosdk datastore get usr_12345 --in users[/cyan]
    """
    from dosdk_temporal._cli.views.datastore import entry_document  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal.errors import NotFoundError  # noqa: PLC0415

    entry = await _data(do, within).entry(key)
    if entry is None:
        raise NotFoundError(
            f"there is no key {key!r} here: 'dosdk datastore list' shows those that are, --in looks elsewhere"
        )
    document(entry_document(entry) if as_json else entry.value)


@datastore.command("set")
@connecting
async def set_value(
    do: Do,
    key: Key,
    value: Annotated[str, typer.Argument(metavar=VALUE, help=value_forms('{"plan": "pro"}') + ".")],
    *,
    within: Within = None,
    if_version: IfVersion = None,
    if_absent: Annotated[bool, typer.Option("--if-absent", help="Only if the key is not there.")] = False,
    ttl: Annotated[
        str | None, typer.Option("--ttl", metavar="DURATION", help="How long it is there, like 30d. Default: for ever.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a value, in place of what is there.

    [dim]Example:[/dim] [cyan]dosdk datastore set usr_12345 '{"plan": "pro"}' --in users[/cyan]
    """
    from dosdk_temporal._cli.reading import read_input  # noqa: PLC0415

    given = read_input(value, "JSON")
    version = await _data(do, within).set(key, given, if_version=if_version, if_absent=if_absent, ttl=ttl)
    tell({"key": key, "version": version}, f"{key} is at version {version}", as_json=as_json)


@datastore.command("list")
@connecting
async def list_entries(
    do: Do,
    *,
    within: Within = None,
    prefix: Annotated[str, typer.Option("--prefix", metavar="TEXT", help="What the keys begin with.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many at most.")] = 100,
    cursor: Annotated[
        str | None, typer.Option("--cursor", metavar="CURSOR", help="Where the page before ended.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List keys with their values, sorted; not those of the namespaces within.

    [dim]Example:[/dim] [cyan]dosdk datastore list --in users --prefix usr_[/cyan]
    """
    from dosdk_temporal._cli.views.datastore import entry_document, show_entries  # noqa: PLC0415

    page = await _data(do, within).list(prefix, limit=limit, cursor=cursor)
    if as_json:
        document({"entries": [entry_document(entry) for entry in page], "cursor": page.cursor})
        return
    show_entries(console(), page.entries)
    if page.cursor is not None:
        console().print(f"there are more: --cursor {page.cursor!r}", style="dim")


@datastore.command("delete")
@connecting
async def delete(
    do: Do, key: Key, *, within: Within = None, if_version: IfVersion = None, as_json: Json = False
) -> None:
    """Delete a key; its history is kept for 30 days.

    [dim]Example:[/dim] [cyan]dosdk datastore delete usr_12345 --in users[/cyan]
    """
    deleted = await _data(do, within).delete(key, if_version=if_version)
    tell({"key": key, "deleted": deleted}, f"{key} {'deleted' if deleted else 'was not there'}", as_json=as_json)


@datastore.command("history")
@connecting
async def history(
    do: Do,
    key: Key,
    *,
    within: Within = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many versions at most.")] = 100,
    as_json: Json = False,
) -> None:
    """Show the last versions of a key, the newest first: when each was written, by which run, and what.

    [dim]Example:[/dim] [cyan]dosdk datastore history usr_12345 --in users[/cyan]
    """
    from dosdk_temporal._cli.views.datastore import entry_document, history_lines  # noqa: PLC0415

    entries = await _data(do, within).history(key, limit=limit)
    if as_json:
        document([entry_document(entry) for entry in entries])
        return
    out = console()
    for text, style in history_lines(entries):
        out.print(text, style=style)
    if not entries:
        out.print(f"{key} was never written")


def _data(do: Do, within: str | None) -> Datastore:
    return do.datastore if within is None else do.datastore.namespace(within)
