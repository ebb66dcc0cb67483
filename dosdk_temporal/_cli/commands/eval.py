"""Outside: ``dosdk eval``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dosdk_temporal._cli.options import VALUE, Json, value_forms

if TYPE_CHECKING:
    from dosdk_temporal.expressions import ExpressionError, ExpressionSyntaxError

__all__ = ["evaluate_expression"]


def evaluate_expression(
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The expression, with or without {{ }} around it.")],
    *,
    given: Annotated[
        str | None,
        typer.Option(
            "--input",
            "-i",
            metavar=VALUE,
            help="What 'input' is: " + value_forms('{"plan": "pro"}') + ". Default: {}.",
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Show what an expression of a definition is, with --json as {"value": …}. Needs no server.

    An undefined value has no JSON: with --json its key is left out.

    [dim]Example:[/dim] [cyan]dosdk eval 'input.plan === "enterprise"' --input customer.json[/cyan]
    """
    from dosdk_temporal._cli.reading import read_mapping  # noqa: PLC0415 - here and below: --help loads none
    from dosdk_temporal._pure.expressions.json_text import json_text  # noqa: PLC0415
    from dosdk_temporal.expressions import ExpressionError, ExpressionSyntaxError, evaluate  # noqa: PLC0415

    scope = {"input": read_mapping(given)}
    try:
        value = evaluate(expression, scope)
        text = json_text({"value": value}) if as_json else _shown(value)
    except (ExpressionError, ExpressionSyntaxError) as error:
        return _point_at(error)
    typer.echo(text.encode())  # bytes, because JSON is UTF-8 whatever the terminal's encoding says
    return 0


def _shown(value: Any) -> str:
    """As JSON, and what JSON has not as JavaScript says it."""
    from dosdk_temporal._pure.expressions.conversions import to_text  # noqa: PLC0415
    from dosdk_temporal._pure.expressions.json_text import json_text  # noqa: PLC0415
    from dosdk_temporal._pure.expressions.kinds import kind_of  # noqa: PLC0415
    from dosdk_temporal._pure.expressions.meter import Meter  # noqa: PLC0415

    return to_text(value, Meter()) if kind_of(value) in {"number", "undefined"} else json_text(value)


def _point_at(error: ExpressionError | ExpressionSyntaxError) -> int:
    """The error, and the line of the expression with a caret under it."""
    from dosdk_temporal._cli.faults import complain  # noqa: PLC0415

    complain(str(error))
    for note in error.__notes__:
        typer.echo("\n".join(f"  {line}" for line in note.splitlines()), err=True)
    return 1
