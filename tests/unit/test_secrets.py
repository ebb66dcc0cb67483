"""References to secrets: what they are, how they travel, and where their values come from."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, NotRequired

import pytest
from pydantic import BaseModel, TypeAdapter
from typing_extensions import TypedDict

from dosdk_temporal import DefinitionError, Do, InputError, NotFoundError, Registry, Secret
from dosdk_temporal._outside.nesting import ActionPlace, mark_threads
from dosdk_temporal._outside.secrets import RESOLVER, Resolver
from dosdk_temporal._pure.metrics import Figures
from dosdk_temporal._pure.place import CURRENT
from dosdk_temporal._pure.revealed import REVEALED
from dosdk_temporal._pure.values import decode, encode_input
from dosdk_temporal._worker.plugin import DoPlugin
from dosdk_temporal._worker.resolving import named_resolver


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    REVEALED.forget()


@contextmanager
def _in_action(resolver: Resolver | None = None) -> Iterator[None]:
    """An action's attempt, whose worker has that resolver."""
    given = RESOLVER.set(resolver)
    place = CURRENT.set(ActionPlace("charge", Figures()))
    RESOLVER.reset(given)
    try:
        yield
    finally:
        CURRENT.reset(place)


class Card(BaseModel):
    """A model with secrets in it."""

    key: Secret
    spare: Secret | None = None
    more: dict[str, list[Secret]] = {}


@dataclasses.dataclass
class Box:
    """A dataclass with one."""

    key: Secret


class Options(TypedDict):
    """A TypedDict with one that may be left out."""

    key: NotRequired[Secret]


ROUND = [
    (Secret, Secret("A"), b'{"$secret":"A"}'),
    (Secret | None, None, b"null"),
    (list[Secret], [Secret("A"), Secret("b/c.d:e-f_1")], b'[{"$secret":"A"},{"$secret":"b/c.d:e-f_1"}]'),
    (
        Card,
        Card(key=Secret("A"), more={"x": [Secret("B")]}),
        b'{"key":{"$secret":"A"},"spare":null,"more":{"x":[{"$secret":"B"}]}}',
    ),
    (Box, Box(Secret("A")), b'{"key":{"$secret":"A"}}'),
    (Options, {"key": Secret("A")}, b'{"key":{"$secret":"A"}}'),
]


@pytest.mark.parametrize(("annotation", "value", "data"), ROUND)
def test_round(annotation: Any, value: Any, data: bytes) -> None:
    """A secret is its name in JSON, wherever it stands, and a Secret again where the annotation says so."""
    assert encode_input(value, "x") == data
    assert decode(data, annotation, "x") == value


def test_without_annotation() -> None:
    """Where nothing says that it is a secret it stays plain JSON, which goes on as the same secret."""
    plain = decode(encode_input({"key": Secret("A")}, "x"), Any, "x")
    assert plain == {"key": {"$secret": "A"}}
    assert decode(encode_input(plain, "x"), Card, "x").key == Secret("A")


def test_what_it_is() -> None:
    """Secrets are equal by name, can be keys, and show their name alone."""
    secret = Secret("A")
    assert (secret.name, repr(secret), str(secret), f"{secret}") == ("A", *["Secret('A')"] * 3)
    assert {secret, Secret("A"), Secret("B")} == {Secret("B"), Secret("A")}
    assert secret != "A"
    with pytest.raises(AttributeError):
        secret.name = "B"  # type: ignore[misc]


@pytest.mark.parametrize("name", ["", "a b", "sk live!", "1A", "A" * 201, "é", "A\n", None, 7, b"A", Secret("A")])
def test_no_name(name: Any) -> None:
    """What is no name is refused and not shown: it may be the value."""
    with pytest.raises(DefinitionError) as refused:
        Secret(name)
    assert str(refused.value) == (
        "a Secret is made of a secret's name, like Secret('STRIPE_KEY'), never of its value: at most 200 letters, digits and "
        "_ . / : -"
    )


@pytest.mark.parametrize(
    "given", ["hunter2", {"$secret": "a b"}, {"$secret": "A", "x": 1}, {"secret": "A"}, {"$secret": 1}, None, 7, ["A"]]
)
def test_what_is_no_secret_for_a_handler(given: Any) -> None:
    """A handler that takes a secret refuses all but a name, and does not show what it was given."""
    do = Do(registry=Registry())

    @do.action.create(name="charge")
    def charge(key: Secret) -> None: ...

    definition = do.registry.actions.find("charge")
    assert definition is not None
    with pytest.raises(InputError) as refused:
        definition.signature.validate(encode_input({"key": given}, "x"))
    told = 'must be a secret by its name: Secret(\'NAME\'), in JSON {"$secret": "NAME"}'
    assert refused.value.problems == (("key", told),)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_its_schema(mode: Literal["validation", "serialization"]) -> None:
    """Its JSON Schema is what catalogs and editors show of it, as an input and as a result."""
    assert TypeAdapter(Secret).json_schema(mode=mode) == {
        "additionalProperties": False,
        "properties": {
            "$secret": {"pattern": "^[A-Za-z_][A-Za-z0-9_./:-]{0,199}$", "title": "$Secret", "type": "string"}
        },
        "required": ["$secret"],
        "type": "object",
    }


def test_outside_an_action() -> None:
    """Client code cannot resolve a secret, even where the environment has it."""
    with pytest.raises(DefinitionError) as refused:
        Secret("PATH").value()
    assert str(refused.value) == (
        "the value of secret 'PATH' is asked for in no action, and only an action may have it: pass the Secret itself to the "
        "action, whose handler calls value()"
    )


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """In an action the value is what the environment has now; it is known to be secret from then on."""
    for value in ("first-value", "second-value"):
        monkeypatch.setenv("A_KEY", value)
        with _in_action():
            assert Secret("A_KEY").value() == value
        with pytest.raises(InputError, match="holds the value of secret 'A_KEY'"):
            encode_input(value, "x")


async def test_an_action_that_is_called_like_a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit test that calls an action like a function gives it secrets by the environment."""
    monkeypatch.setenv("A_KEY", "value-of-key")
    do = Do(registry=Registry())

    @do.action.create(name="charge")
    async def charge(key: Secret) -> str:
        await asyncio.sleep(0)
        return key.value()

    @do.action.create(name="refund")
    def refund() -> str:
        return Secret("A_KEY").value()

    assert [await charge(Secret("A_KEY")), refund()] == ["value-of-key"] * 2
    with pytest.raises(NotFoundError, match="action 'charge' asks for secret 'B_KEY'"):
        await charge(Secret("B_KEY"))
    with pytest.raises(DefinitionError, match="is asked for in no action"):
        Secret("A_KEY").value()


def test_a_value_that_guards_nothing(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """That a value is not looked for is said once a process."""
    monkeypatch.setenv("WEAK", "password")
    with _in_action():
        assert [Secret("WEAK").value(), Secret("WEAK").value()] == ["password"] * 2
    told = "secret 'WEAK' is short, or a word that everybody knows: its value is neither refused nor masked"
    assert caplog.messages == [told]


async def test_in_threads_and_tasks_of_an_action() -> None:
    """The action's threads and tasks have its resolver too."""
    mark_threads()
    found: list[str] = []

    def look() -> None:
        found.append(Secret("key").value())

    with _in_action({"key": "value-of-key"}.get):
        thread = threading.Thread(target=look)
        thread.start()
        await asyncio.to_thread(thread.join)
        await asyncio.to_thread(look)
    assert found == ["value-of-key"] * 2


MISSING: list[tuple[Resolver | None, str | None, str]] = [
    (None, None, "set the environment variable A_KEY where the worker runs, or give the worker secrets="),
    (None, "", "set the environment variable A_KEY where the worker runs, or give the worker secrets="),
    (lambda _: None, "value", "the worker's secrets= gives nothing for it"),
    (lambda _: "", "value", "the worker's secrets= gives nothing for it"),
]


@pytest.mark.parametrize(("resolver", "variable", "advice"), MISSING)
def test_missing(monkeypatch: pytest.MonkeyPatch, resolver: Resolver | None, variable: str | None, advice: str) -> None:
    """A secret that is not there, or empty, is an error that names it and what to do, and is not tried again."""
    monkeypatch.delenv("A_KEY", raising=False)
    if variable is not None:
        monkeypatch.setenv("A_KEY", variable)
    with _in_action(resolver), pytest.raises(NotFoundError) as missing:
        Secret("A_KEY").value()
    assert str(missing.value) == f"action 'charge' asks for secret 'A_KEY', which its worker has not: {advice}"
    assert not missing.value.retryable


async def _async_resolver(name: str) -> str:
    return name


@pytest.mark.parametrize("given", ["hunter2", {"A": "hunter2"}, 7, _async_resolver])
def test_what_is_no_resolver(given: Any) -> None:
    """A worker refuses what cannot resolve secrets when it is made, and does not show it."""
    makers: tuple[Callable[..., Any], ...] = (Do(registry=Registry()).worker, DoPlugin)
    for make in makers:
        with pytest.raises(DefinitionError) as refused:
            make(secrets=given)
        assert str(refused.value) == (
            "secrets= is no plain function from a secret's name to its value: write one with 'def', which gives text, or None "
            "for what it has not; of a dictionary, give its get"
        )


class Vault:
    """Resolvers as a project may have them."""

    @staticmethod
    def read(name: str) -> str | None:
        """The value of a secret."""
        return {"A_KEY": "value-of-key"}.get(name)

    number = 7


def test_a_resolver_by_its_name() -> None:
    """A worker process is told its resolver by module and function, as an option or in the environment; the option counts."""
    named = f"{__name__}:Vault.read"
    for resolver in (named_resolver(named, {"DO_SECRETS": "no:thing"}), named_resolver(None, {"DO_SECRETS": named})):
        assert resolver is Vault.read
    assert [named_resolver(None, {}), named_resolver(None, {"DO_SECRETS": ""})] == [None, None]


NO_NAMES = ("sk_live_1", "vault", "vault:", ":read", "vault:read()", "a b:read", "vault:read:more", "vault:1")
WRONGLY_NAMED: list[tuple[str, type[Exception], str]] = [
    *[(name, DefinitionError, "--secrets names no function: write 'package.module:function'") for name in NO_NAMES],
    ("no_such_vault:read", NotFoundError, "there is no module 'no_such_vault'"),
    ("no/such_vault.py:read", NotFoundError, "there is no file 'no/such_vault.py'"),
    (f"{__name__}:Vaut", NotFoundError, f"--secrets: {__name__} has no 'Vaut': did you mean 'Vault'?"),
    (f"{__name__}:Vault.reed", NotFoundError, f"--secrets: {__name__} has no 'Vault.reed'"),
    (f"{__name__}:Vault.number", DefinitionError, "secrets= is no plain function"),
    (f"{__name__}:_async_resolver", DefinitionError, "secrets= is no plain function"),
]


@pytest.mark.parametrize(("name", "error", "told"), WRONGLY_NAMED)
def test_a_resolver_that_is_wrongly_named(name: str, error: type[Exception], told: str) -> None:
    """What names no resolver is an error that says what to write; what may be a secret itself is not shown."""
    with pytest.raises(error) as refused:
        named_resolver(name, {})
    assert str(refused.value).startswith(told)


def test_a_resolver_that_gives_no_text() -> None:
    """What a resolver gives is text, or the error says what it gave instead, without showing it."""
    resolver: Any = {"A": b"hunter2"}.get
    with _in_action(resolver), pytest.raises(DefinitionError) as refused:
        Secret("A").value()
    assert str(refused.value) == (
        "the worker's secrets= gave bytes for 'A': it is a plain function that gives text, or None"
    )
