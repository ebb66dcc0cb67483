"""Pure: what a decision carries beside yes or no: a form, given as a type."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dosdk_temporal._pure.signature import check_input
from dosdk_temporal._pure.values import adapter_for, encode_input
from dosdk_temporal.errors import ApprovalError, InputError

__all__ = ["check_form", "form_schema"]


def check_form(value: Any, form: Any, *, required: bool, name: str) -> Any:
    """What was filled in, as the form's type; plain JSON where no form was asked for.

    Args:
        value: plain JSON; None where nothing was filled in.
        form: the type; None for no form.
        required: whether it must be filled in: a rejection may leave it out.
        name: of the wait, for the message.

    Raises:
        ApprovalError: naming every field that does not fit.
    """
    if form is None or (value is None and not required):
        return value
    try:
        return check_input(encode_input(value, f"the form of {name!r}"), form, f"the form of {name!r}")
    except InputError as error:
        listed = "; ".join(f"{field}: {message}" for field, message in error.problems)
        raise ApprovalError(f"the form of {name!r} does not fit: {listed}") from None


@lru_cache(maxsize=256)
def form_schema(form: Any) -> dict[str, Any] | None:
    """The JSON Schema of a form, for whoever shows it; None for no form.

    Raises:
        DefinitionError: when it is no type that can be validated.
    """
    return None if form is None else adapter_for(form, "wait_for_approval").json_schema()
