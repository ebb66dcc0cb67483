"""The types of the actions' inputs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from activities.parts.fields import Email, Inputs

EMAIL: TypeAdapter[str] = TypeAdapter(Email)


class Two(Inputs):
    """Two fields."""

    user_id: str
    other: str = "x"


def test_address_is_normal() -> None:
    """However an address is typed, it is the same one."""
    assert [EMAIL.validate_python(text) for text in ("Jane@Acme.Example", "  jane@acme.example\n")] == [
        "jane@acme.example"
    ] * 2


@pytest.mark.parametrize(
    "text",
    ["", "jane", "@acme.example", "jane@", "a@b@c", "a@b, c@d", "jane doe@acme.example", "a@b\nBcc: c@d", "<a@b>"],
)
def test_no_address(text: str) -> None:
    """What is no single address is refused."""
    with pytest.raises(ValidationError, match="must be one e-mail address"):
        EMAIL.validate_python(text)


@given(st.text())
def test_address_never_carries_another_line(text: str) -> None:
    """Nothing that passes as an address holds white space or a second address."""
    try:
        address = EMAIL.validate_python(text)
    except ValidationError:
        return
    assert address.count("@") == 1
    assert not set(address) & set(" \r\n,;<>")


def test_names() -> None:
    """Fields are camelCase in JSON and snake_case in Python."""
    assert Two.model_validate_json('{"userId": "u"}') == Two.model_validate({"user_id": "u"})


def test_unknown_field() -> None:
    """A field that an action does not know is refused, not dropped."""
    with pytest.raises(ValidationError, match="userid"):
        Two.model_validate({"userId": "u", "userid": "v"})
