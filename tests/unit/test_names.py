"""Names, versions, ids, and what may be one."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosdk_temporal import DefinitionError, InputError
from dosdk_temporal._pure.names import (
    StepIds,
    check_id,
    check_name,
    check_version,
    keyed_id,
    split_version,
    version_order,
)

VERSIONS = st.lists(st.integers(0, 10**9), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))


@pytest.mark.parametrize(
    "name", ["charge", "send-welcome-email", "a.b", "a/b", "charge#2", "x" * 200, "überweisen", "送信"]
)
def test_names(name: str) -> None:
    """Any printable text without blanks at its ends is a name."""
    assert (check_name(name, "action"), check_id(name, "id")) == (name, name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "the action name must be text of 1 to 200 characters, not ''"),
        ("  ", "the action name must be text of 1 to 200 characters, not '  '"),
        (None, "the action name must be text of 1 to 200 characters, not None"),
        (5, "the action name must be text of 1 to 200 characters, not 5"),
        (b"charge", "the action name must be text of 1 to 200 characters, not b'charge'"),
        ("x" * 201, f"the action name has 201 characters, at most 200 are allowed: '{'x' * 40}'…"),
        (" charge", "the action name ' charge' holds blanks at its ends or characters that cannot be printed"),
        ("a\nb", "the action name 'a\\nb' holds blanks at its ends or characters that cannot be printed"),
        ("a\0", "the action name 'a\\x00' holds blanks at its ends or characters that cannot be printed"),
        ("charge@2", "the action name 'charge@2' holds '@', which marks a version: give version= instead"),
        ("dosdk.wait", "the action name 'dosdk.wait' begins like the engine's own: choose another"),
        ("__temporal_x", "the action name '__temporal_x' begins like the engine's own: choose another"),
    ],
)
def test_what_names_nothing(name: object, message: str) -> None:
    """What cannot be a name is refused when it is defined, with the reason."""
    with pytest.raises(DefinitionError) as refused:
        check_name(name, "action")
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("", "the idempotency_key must be text of 1 to 200 characters, not ''"),
        (7, "the idempotency_key must be text of 1 to 200 characters, not 7"),
        ("k" * 201, f"the idempotency_key has 201 characters, at most 200 are allowed: '{'k' * 40}'…"),
        ("k\t", "the idempotency_key 'k\\t' holds blanks at its ends or characters that cannot be printed"),
    ],
)
def test_keys(key: str, message: str) -> None:
    """A key is 1 to 200 printable characters; the execution's id is the action's name and it."""
    with pytest.raises(InputError) as refused:
        keyed_id("charge", key)
    assert (str(refused.value), keyed_id("charge", "order/7")) == (message, "charge/order/7")


@pytest.mark.parametrize(
    ("given", "version"), [(1, "1"), (2.1, "2.1"), ("2.10", "2.10"), ("2027.01.31", "2027.01.31"), (0, "0")]
)
def test_versions(given: object, version: str) -> None:
    """A version is numbers and dots, as text or as a number."""
    assert check_version(given) == version


@pytest.mark.parametrize(
    "given",
    [None, True, -1, 1e20, float("nan"), "", "v1", "1.", ".1", "1..2", "1-rc", " 1", "1\n", "٣", [1], "9" * 5000],
)
def test_what_is_no_version(given: object) -> None:
    """Anything else is refused with an example."""
    with pytest.raises(DefinitionError) as refused:
        check_version(given)
    assert str(refused.value) == f"version={given!r} is not a version: write numbers and dots, like '2' or '2.1'"


@given(st.text("ac/%25F", min_size=1, max_size=6), st.text("ac/%25F", min_size=1, max_size=6))
def test_no_two_keys_share_an_id(name: str, key: str) -> None:
    """A name and a key are read back from the id that they give, whatever slashes stand in either."""
    written, _, rest = keyed_id(name, key).partition("/")
    assert (unquote(written), rest) == (name, key)


@given(VERSIONS, VERSIONS)
def test_versions_order_by_their_numbers(one: str, other: str) -> None:
    """Versions sort as their numbers do, so that 10 comes after 9, and 2.10 after 2.9."""
    numbers = [tuple(map(int, version.split("."))) for version in (one, other)]
    assert (version_order(one) < version_order(other)) == (numbers[0] < numbers[1])


@pytest.mark.parametrize(
    ("reference", "parts"), [("charge", ("charge", None)), ("charge@2", ("charge", "2")), ("@2.1", ("", "2.1"))]
)
def test_references(reference: str, parts: tuple[str, str | None]) -> None:
    """A name may be called with a version behind an @."""
    assert split_version(reference) == parts


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (5, "a name is text, not 5"),
        (None, "a name is text, not None"),
        ("charge@", "'charge@' asks for version '': write numbers and dots after the @, like 'charge@2'"),
        ("charge@v2", "'charge@v2' asks for version 'v2': write numbers and dots after the @, like 'charge@2'"),
        ("a@1@2", "'a@1@2' asks for version '1@2': write numbers and dots after the @, like 'charge@2'"),
    ],
)
def test_references_gone_wrong(reference: str, message: str) -> None:
    """A reference that is no text, or asks for what is no version, is refused at the call."""
    with pytest.raises(InputError) as refused:
        split_version(reference)
    assert str(refused.value) == message


def test_steps_are_numbered() -> None:
    """The first step of a name has that name, the next ones a number, each name counting for itself."""
    ids = StepIds()
    assert [ids.next(name) for name in ("charge", "mail", "charge", "charge")] == [
        "charge",
        "mail",
        "charge#2",
        "charge#3",
    ]


@given(st.lists(st.sampled_from(["a", "a#2", "a#3", "a#2#2", "b"])))
def test_no_two_steps_share_an_id(names: list[str]) -> None:
    """However names are called, even like another's repeats, ids are unique and the same in every replay."""
    ids, again = StepIds(), StepIds()
    given_ids = [ids.next(name) for name in names]
    assert len(set(given_ids)) == len(names)
    assert given_ids == [again.next(name) for name in names]
