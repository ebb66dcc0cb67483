"""Pure: what a decision carries beside yes or no: a form, given as a type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dosdk_temporal._pure.signature import check_input
from dosdk_temporal._pure.values import adapter_for, encode_input
from dosdk_temporal.errors import ApprovalError, DefinitionError, InputError

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
    except Exception as error:  # noqa: BLE001 - whatever a validator of the form's raises, the run that asks is unaffected
        raise ApprovalError(f"the form of {name!r} cannot be checked: {type(error).__name__}: {error}") from None


def form_schema(form: Any) -> dict[str, Any] | None:
    """The JSON Schema of a form, for whoever shows it; None for no form.

    Raises:
        DefinitionError: when it is no type that can be validated.
    """
    from pydantic import PydanticUserError  # noqa: PLC0415 - pydantic, only when it is needed

    if isinstance(form, Mapping):  # pydantic would take it for a schema of its own kind
        raise DefinitionError(f"form={form!r} is no type: give a model, dataclass or TypedDict")
    try:
        return None if form is None else adapter_for(form, "wait_for_approval").json_schema()
    except PydanticUserError as error:
        reason = str(error).partition("\n")[0]
        raise DefinitionError(f"form= has a part that no JSON can fill in: {reason}") from None
