"""Where a client connects to: defaults, a profile and ``TEMPORAL_*``, ``DO_*``, arguments."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any

import pytest
from temporalio.service import TLSConfig

from dosdk_temporal import DefinitionError, Do
from dosdk_temporal._client.settings import Settings

PROFILES = """
[profile.default]
address = "profile:1"
namespace = "of-profile"
[profile.default.grpc_meta]
x-team = "billing"

[profile.cloud]
address = "acme.a1b2c.tmprl.cloud:7233"
namespace = "acme.a1b2c"
api_key = "key-of-profile"

[profile.mtls]
address = "own:7233"
[profile.mtls.tls]
client_cert_path = "client.pem"
client_key_path = "client.key"
server_name = "own.example"

[profile.off]
address = "acme.a1b2c.tmprl.cloud:7233"
[profile.off.tls]
disabled = true
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, so that no profile of this machine's user is read."""
    for name in [name for name in os.environ if name.startswith(("TEMPORAL_", "DO_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def toml(home: Path) -> str:
    """A file of profiles."""
    (home / "client.pem").write_text("CERTIFICATE")
    (home / "client.key").write_text("KEY")
    file = home / "profiles.toml"
    file.write_text(PROFILES)
    return str(file)


def _resolve(environ: dict[str, str] | None = None, **given: Any) -> Settings:
    return Settings.resolve(environ=environ or {}, **given)


def test_defaults() -> None:
    """With nothing configured: a plain server on this machine, the namespace ``default``, the queue ``dosdk``."""
    assert _resolve() == Settings("localhost:7233", "default", "dosdk", None, tls=False, metadata={})


SOURCES: dict[str, list[dict[str, dict[str, str]]]] = {
    "address": [
        {"environ": {"TEMPORAL_CONFIG_FILE": "profiles.toml"}},
        {"environ": {"TEMPORAL_ADDRESS": "temporal:2"}},
        {"environ": {"DO_ADDRESS": "do:3"}},
        {"given": {"address": "given:4"}},
    ],
    "namespace": [
        {"environ": {"TEMPORAL_CONFIG_FILE": "profiles.toml"}},
        {"environ": {"TEMPORAL_NAMESPACE": "temporal"}},
        {"environ": {"DO_NAMESPACE": "do"}},
        {"given": {"namespace": "given"}},
    ],
    "task_queue": [{"environ": {"DO_TASK_QUEUE": "do"}}, {"given": {"task_queue": "given"}}],
    "api_key": [
        {"environ": {"TEMPORAL_API_KEY": "temporal"}},
        {"environ": {"DO_API_KEY": "do"}},
        {"given": {"api_key": "given"}},
    ],
}
VALUES: dict[str, list[str | None]] = {
    "address": ["localhost:7233", "profile:1", "temporal:2", "do:3", "given:4"],
    "namespace": ["default", "of-profile", "temporal", "do", "given"],
    "task_queue": ["dosdk", "do", "given"],
    "api_key": [None, "temporal", "do", "given"],
}


@pytest.mark.parametrize("name", list(SOURCES))
def test_precedence(name: str, toml: str) -> None:
    """Whatever sources speak, the highest wins: default, profile, ``TEMPORAL_*``, ``DO_*``, argument."""
    sources = SOURCES[name]
    for chosen in itertools.product([False, True], repeat=len(sources)):
        environ: dict[str, str] = {}
        given: dict[str, str] = {}
        for source in itertools.compress(sources, chosen):
            environ |= source.get("environ", {})
            given |= source.get("given", {})
        highest = max((position + 1 for position, on in enumerate(chosen) if on), default=0)
        assert getattr(_resolve(environ, **given), name) == VALUES[name][highest]


def test_empty_is_not_set() -> None:
    """A variable that is set to nothing is as one that is not set."""
    assert _resolve({"TEMPORAL_ADDRESS": "", "DO_TASK_QUEUE": "", "DO_API_KEY": "", "DO_NAMESPACE": ""}) == _resolve()


@pytest.mark.parametrize("by", ["argument", "variable"])
def test_a_profile(by: str, toml: str) -> None:
    """A profile is chosen by argument or ``TEMPORAL_PROFILE``; its file by ``TEMPORAL_CONFIG_FILE``."""
    file = {"TEMPORAL_CONFIG_FILE": toml}
    found = _resolve(file, profile="cloud") if by == "argument" else _resolve({**file, "TEMPORAL_PROFILE": "cloud"})
    assert found == Settings("acme.a1b2c.tmprl.cloud:7233", "acme.a1b2c", "dosdk", "key-of-profile", tls=True)


def test_the_default_profile(toml: str) -> None:
    """Without a name the profile ``default`` is read, its headers too."""
    assert _resolve({"TEMPORAL_CONFIG_FILE": toml}).metadata == {"x-team": "billing"}


def test_client_certificates(toml: str) -> None:
    """A profile's certificate and key are read from their files."""
    found = _resolve({"TEMPORAL_CONFIG_FILE": toml}, profile="mtls")
    assert isinstance(found.tls, TLSConfig)
    assert (found.address, found.tls.client_cert, found.tls.client_private_key, found.tls.domain) == (
        "own:7233", b"CERTIFICATE", b"KEY", "own.example",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("environ", "given", "tls"),
    [
        ({}, {}, False),
        ({"DO_API_KEY": "k"}, {}, False),
        ({"TEMPORAL_API_KEY": "k"}, {}, False),
        ({}, {"api_key": "k", "address": "127.0.0.1:7233"}, False),
        ({}, {"address": "acme.a1b2c.tmprl.cloud:7233"}, True),
        ({}, {"address": "acme.a1b2c.tmprl.cloud"}, True),
        ({}, {"address": "eu-west-1.aws.api.temporal.io:7233", "api_key": "k"}, True),
        ({}, {"address": "tmprl.cloud.example:7233"}, False),
        ({}, {"address": "https://own.example:7233"}, True),
        ({}, {"address": "http://own.example:7233"}, False),
        ({}, {"tls": True}, True),
        ({}, {"tls": False, "address": "acme.a1b2c.tmprl.cloud:7233"}, False),
        ({"TEMPORAL_TLS": "true"}, {"tls": False}, False),
        ({"TEMPORAL_TLS": "false"}, {"address": "acme.a1b2c.tmprl.cloud:7233"}, False),
    ],
)
def test_when_the_connection_is_encrypted(environ: dict[str, str], given: dict[str, Any], tls: bool) -> None:
    """TLS is on where an argument, the profile or the address asks for it; a key alone does not."""
    assert _resolve(environ, **given).tls is tls


def test_the_environment_and_profiles_ask_for_tls(toml: str) -> None:
    """``TEMPORAL_TLS`` turns it on, and a profile turns it off."""
    assert isinstance(_resolve({"TEMPORAL_TLS": "true"}).tls, TLSConfig)
    assert _resolve({"TEMPORAL_CONFIG_FILE": toml}, profile="off").tls is False
    own = TLSConfig(domain="own.example")
    assert _resolve({"TEMPORAL_TLS": "false"}, tls=own).tls is own


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("server", "server:7233"),
        ("server:1", "server:1"),
        ("10.0.0.7:65535", "10.0.0.7:65535"),
        ("[::1]:7233", "[::1]:7233"),
        ("[::1]", "[::1]:7233"),
        ("https://server:1/", "server:1"),
    ],
)
def test_addresses(given: str, address: str) -> None:
    """An address is a host and a port; the port may be left out."""
    assert _resolve(address=given).address == address


@pytest.mark.parametrize(
    "address",
    [
        ":7233", "server:", "server:x", "server:0", "server:65536", "server:99999999", "::1", "a:1:2", " server:1", "a b:1",
        "server/x:1", "me@server:1", "dns:///server:1", "[server]:1", "server:٣",
    ],
)  # fmt: skip
def test_addresses_that_lead_nowhere(address: str) -> None:
    """What is no host and port is refused before anything is tried."""
    with pytest.raises(DefinitionError) as refused:
        _resolve(address=address)
    assert str(refused.value) == f"address={address!r} is not 'host:port', as in 'localhost:7233'"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"address": 7233}, "address= is text, not a value of type int"),
        ({"namespace": ["a"]}, "namespace= is text, not a value of type list"),
        ({"task_queue": 5}, "task_queue= is text, not a value of type int"),
        ({"api_key": b"secret"}, "api_key= is text, not a value of type bytes"),
        ({"profile": 1}, "profile= is text, not a value of type int"),
        ({"tls": "yes"}, "tls='yes' is neither True, False nor a temporalio.service.TLSConfig"),
    ],
)
def test_arguments_of_another_type(given: dict[str, Any], message: str) -> None:
    """An argument of another type is refused by name, and a key is not shown."""
    with pytest.raises(DefinitionError) as refused:
        _resolve(**given)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("localhost:7233", True),
        ("127.0.0.1:4000", True),
        ("127.8.8.8:4000", True),
        ("[::1]:4000", True),
        ("0.0.0.0:4000", False),
        ("192.168.0.7:4000", False),
        ("[2001:db8::1]:4000", False),
        ("localhost.example.org:4000", False),
        ("temporal:7233", False),
    ],
)
def test_addresses_of_this_machine(address: str, here: bool) -> None:
    """Of the loopback addresses and ``localhost`` it is known that no packet leaves the machine, of no other."""
    assert _resolve(address=address).on_this_machine is here


def test_a_file_that_is_missing(home: Path) -> None:
    """A configuration file that is named and not there is an error, not silently nothing."""
    for file in (home / "missing.toml", home):
        with pytest.raises(DefinitionError) as refused:
            _resolve({"TEMPORAL_CONFIG_FILE": str(file)})
        assert str(refused.value) == (
            f"TEMPORAL_CONFIG_FILE names {str(file)!r}, which is no file: correct it, or unset it"
        )


@pytest.mark.parametrize("variable", ["profile", "TEMPORAL_PROFILE"])
def test_a_profile_that_is_missing(variable: str, toml: str) -> None:
    """A profile that is named and not there is an error that names both file and profile."""
    environ = {"TEMPORAL_CONFIG_FILE": toml}
    with pytest.raises(DefinitionError) as refused:
        _resolve(environ, profile="nope") if variable == "profile" else _resolve({**environ, variable: "nope"})
    assert str(refused.value) == f"the Temporal configuration {toml} has no profile 'nope': name one that it has"


def test_a_file_that_cannot_be_read(home: Path) -> None:
    """A file that is no TOML is told with its line and column, without the line: it may hold a key."""
    file = home / "bad.toml"
    file.write_text('[profile.default]\napi_key = "secret-key\n')
    with pytest.raises(DefinitionError) as refused:
        _resolve({"TEMPORAL_CONFIG_FILE": str(file)})
    assert str(refused.value) == (
        f"the Temporal configuration {file} cannot be read: Configuration loading error: TOML parse error at line 2, column 22"
    )


def test_a_certificate_that_is_missing(toml: str, home: Path) -> None:
    """A certificate that is named and not there is an error of the configuration, not of Python's."""
    (home / "client.pem").unlink()
    with pytest.raises(DefinitionError) as refused:
        _resolve({"TEMPORAL_CONFIG_FILE": toml}, profile="mtls")
    assert str(refused.value) == (
        f"the Temporal configuration {toml} cannot be read: [Errno 2] No such file or directory: 'client.pem'"
    )


def test_a_key_is_never_shown(toml: str) -> None:
    """No repr and no text shows a key, a certificate or a header."""
    found = _resolve({"TEMPORAL_CONFIG_FILE": toml}, api_key="secret-key", profile="mtls")
    do = Do("secret-key", address="server:1")
    shown = f"{found!r} {found} {do!r} {do.action!r} {do.sync!r} {do.action('x')!r} {do.worker()!r}"
    assert [word for word in ("secret-key", "CERTIFICATE", "KEY", "billing") if word in shown] == []
    assert repr(found) == "Settings(address='own:7233', namespace='default', task_queue='dosdk')"


def test_the_client_reads_at_its_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client reads its environment when it is first used, not when it is made."""
    do = Do(task_queue="given")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "later:1")
    monkeypatch.setenv("DO_TASK_QUEUE", "not-this")
    assert (do.settings.address, do.settings.task_queue) == ("later:1", "given")
