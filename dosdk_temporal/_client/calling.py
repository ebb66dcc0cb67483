"""Outside: the one call beneath all spellings of an action's call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from dosdk_temporal._client.compensating import Compensate, call_compensation
from dosdk_temporal._client.sending import sent_by
from dosdk_temporal._pure.calls import ActionResult, action_call
from dosdk_temporal._pure.durations import Duration
from dosdk_temporal._pure.names import split_version
from dosdk_temporal._pure.option_names import misspelt_option
from dosdk_temporal._pure.options import NotGiven, Options
from dosdk_temporal._pure.registry import Shelf
from dosdk_temporal._pure.retry import Retry
from dosdk_temporal._pure.versions import check_exists
from dosdk_temporal.errors import InputError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["RetryLike", "call_action", "check_called", "merged"]

RetryLike = Retry | Mapping[str, Any] | int


async def call_action(
    do: Do,
    reference: str,
    value: Any,
    idempotency_key: str | None,
    retry: RetryLike | None,
    timeout: Duration | NotGiven | None,  # noqa: ASYNC109 - an option of the action's attempts
    *,
    compensate: Compensate,
) -> ActionResult:
    """The one call beneath all spellings."""
    check_called(do, "action", reference)
    options = Options.of(retry=retry, timeout=timeout)
    try:
        with sent_by(do):
            call = action_call(do.registry, reference, value, options, idempotency_key)
    except InputError as error:
        raise misspelt_option(error, ("idempotency_key", "retry", "timeout", "compensate")) from None
    undone = call_compensation(compensate, call.name, do.place())
    return await do.place().run_action(call if undone is None else replace(call, compensate=undone))


def check_called(do: Do, kind: Literal["action", "workflow"], reference: str) -> None:
    """Refuse, in client code, a version that does not exist; in a workflow a worker answers, so that its record has it.

    Raises:
        NotFoundError: naming those that there are.
    """
    if do.place().kind == "outside":
        shelf: Shelf[Any] = do.registry.actions if kind == "action" else do.registry.workflows
        check_exists(shelf, kind, *split_version(reference))


def merged(value: Any, fields: Mapping[str, Any]) -> Any:
    """The input of a call: one object, or a mapping and the fields given by name.

    Raises:
        InputError: when a field is given twice, or fields are given beside what is no mapping.
    """
    if not fields:
        return value
    if value is None:
        return dict(fields)
    if not isinstance(value, Mapping):
        raise InputError(f"fields by name ({', '.join(fields)}) go with a mapping, not with {type(value).__name__}")
    twice = sorted(set(value) & set(fields))
    if twice:
        problems = tuple((field, "given twice") for field in twice)
        raise InputError(f"{', '.join(twice)}: given in the mapping and by name", problems=problems)
    return {**value, **fields}
