"""Outside: what ``dosdk approve``, ``dosdk reject`` and ``dosdk resolve`` have in common."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from dosdk_temporal._cli.options import VALUE, value_forms
from dosdk_temporal._client.do import Do

__all__ = ["ApprovalName", "By", "Comment", "Form", "decide", "user_name"]

ApprovalName = Annotated[
    str | None,
    typer.Argument(metavar="[NAME]", help="Which approval, as 'dosdk approvals' shows it. Needed where several wait."),
]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", help="Who decides. Default: your user name here.", show_default=False),
]
Comment = Annotated[str, typer.Option("--comment", "-c", metavar="TEXT", help="For the record, and for the workflow.")]
Form = Annotated[
    list[str] | None,
    typer.Option(
        "--form",
        "-f",
        metavar=f"{VALUE}|KEY=VALUE",
        help="What the approval asks for: "
        + value_forms('{"limit": 500}')
        + "; or key=value, repeated for each field.",
    ),
]


async def decide(  # the parameters are the options
    do: Do,
    execution_id: str,
    name: str | None,
    *,
    approved: bool,
    by: str | None,
    comment: str,
    form: list[str] | None,
    as_json: bool,
) -> None:
    """Decide, and say what became of it."""
    from dosdk_temporal._cli.forms import read_form  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._cli.output import console, document  # noqa: PLC0415
    from dosdk_temporal._cli.views.decision import decision_line  # noqa: PLC0415

    filled = read_form(form or ())
    who = by or user_name()
    answer = await do.approvals.decide(execution_id, name, approved=approved, by=who, comment=comment, form=filled)
    document(answer) if as_json else console().print(decision_line(execution_id, answer))


def user_name() -> str:
    """Who works here, said on standard error: a name that nobody gave shall not stand in a record unnoticed."""
    from dosdk_temporal._cli.faults import complain  # noqa: PLC0415

    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):
        raise typer.BadParameter("nobody is logged in under a name here: say who decides", param_hint="--by") from None
    complain(f"deciding as {name!r}, your user name here: --by says another", "note")
    return name
