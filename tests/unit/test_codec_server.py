"""The codec server: what it decrypts, and whom it answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from temporalio.api.common.v1 import Payload

from dosdk_temporal import ConflictError, DefinitionError
from dosdk_temporal._outside.codec_server import CodecServer
from dosdk_temporal._pure.sealing import Keyring
from dosdk_temporal._pure.web_origins import origin_of
from dosdk_temporal._wire.encryption import Encryption

OLD, NEW = "b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZCE", "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldyE"
UI = "http://localhost:8233"
ELSEWHERE = "http://elsewhere.example"
PLAIN = Payload(metadata={"encoding": b"json/plain", "dosdk": b'{"kind":"step"}'}, data=b'"marmalade"')


@pytest.fixture
def told() -> list[str]:
    """What the server has told of."""
    return []


@pytest.fixture
def server(told: list[str]) -> Iterator[CodecServer]:
    """One that has the new key and answers the local UI."""
    with CodecServer(Keyring.read(NEW, {}), 0, [f"{UI}/"], told.append) as started:
        yield started


def ask(
    server: CodecServer, path: str, body: bytes | None, method: str = "POST", **headers: str
) -> tuple[int, Any, Mapping[str, str]]:
    """Its answer: status, body and headers."""
    connection = HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]), timeout=10)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else None, dict(answer.headers)
    finally:
        connection.close()


def body_of(*payloads: Payload) -> bytes:
    """A request as Temporal's Web UI and command line make it."""
    return json.dumps({"payloads": [MessageToDict(payload) for payload in payloads]}).encode()


def test_it_decrypts_what_its_keys_open(server: CodecServer, told: list[str]) -> None:
    """Payloads come back in their order, plain; one of another key comes back as it is, and its key is told of once."""
    mine, other = (Encryption(Keyring.read(key, {})).sealed(PLAIN) for key in (NEW, OLD))
    for _ in range(2):
        status, answer, _ = ask(server, "/decode", body_of(other, mine, PLAIN), **{"X-Namespace": "default"})
        assert (status, answer) == (200, json.loads(body_of(other, PLAIN, PLAIN)))
    assert [line.partition(":")[0] for line in told] == [
        "this is encrypted, and the key with the id '985e1149062d' is not among the keys here (6da62ff0a0ca)"
    ]


def test_it_encrypts_what_the_ui_sends(server: CodecServer) -> None:
    """What a person types into the Web UI is encrypted as a client would do it."""
    status, answer, _ = ask(server, "/encode", body_of(PLAIN), Origin=UI)
    (sealed,) = answer["payloads"]
    assert (status, "bWFybWFsYWRl" in str(sealed), sorted(sealed["metadata"])) == (
        200, False, ["encoding", "encryption-key-id"]
    )  # fmt: skip
    assert ask(server, "/decode", json.dumps(answer).encode())[1] == json.loads(body_of(PLAIN))


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "error"),
    [
        ("/decode", b"", {"Origin": ELSEWHERE}, 403, f"a request of a page of '{ELSEWHERE}' is refused"),
        ("/encode", b"", {"Origin": ELSEWHERE}, 403, f"a request of a page of '{ELSEWHERE}' is refused"),
        ("/decode", b"", {"Origin": "null"}, 403, "a request of a page of 'null' is refused"),
        ("/decode", b"", {"Origin": f"{UI}0"}, 403, f"a request of a page of '{UI}0' is refused"),
        ("/decode", b"", {"Host": "elsewhere.example"}, 403, "a request for the host 'elsewhere.example' is refused"),
        ("/decode", b"", {"Host": "localhost.example:80"}, 403, "a request for the host 'localhost.example:80' is ref"),
        ("/other", b"{}", {}, 404, "there are /decode and /encode"),
        ("/decode", b"[1]", {}, 400, 'this is not {"payloads": [...]}'),
        ("/decode", b"\xff", {}, 400, 'this is not {"payloads": [...]}'),
        ("/decode", b'{"payloads": [{"data": 1}]}', {}, 400, 'this is not {"payloads": [...]}'),
        ("/decode", b"[" * 100_000, {}, 400, 'this is not {"payloads": [...]}'),
        ("/decode", b"", {"Content-Length": "99999999999"}, 413, "say the length of the request"),
        ("/decode", b"", {"Content-Length": "-1"}, 413, "say the length of the request"),
    ],
)
def test_it_refuses(
    server: CodecServer, path: str, body: bytes, headers: dict[str, str], status: int, error: str
) -> None:
    """Pages of other origins, names that are not this machine's, and what is no request for it, are refused with the reason."""
    refused, answer, said = ask(server, path, body, **headers)
    assert (refused, answer["error"][: len(error)]) == (status, error)
    assert "Access-Control-Allow-Origin" not in said


def test_it_lets_the_ui_ask_and_no_other_page(server: CodecServer, told: list[str]) -> None:
    """A browser is told that the Web UI's pages may ask, by their exact origin; other pages learn nothing, and are told of."""
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-namespace,content-type"}
    status, _, said = ask(server, "/decode", None, "OPTIONS", Origin=UI, **asked)
    cors = {name: value for name, value in said.items() if name.startswith(("Access-Control", "Vary"))}
    assert (status, cors) == (
        204,
        {
            "Access-Control-Allow-Origin": UI,
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Namespace",
            "Access-Control-Allow-Private-Network": "true",
            "Access-Control-Max-Age": "600",
            "Vary": "Origin",
        },
    )
    status, _, said = ask(server, "/decode", None, "OPTIONS", Origin=ELSEWHERE, **asked)
    assert (status, [name for name in said if name.startswith("Access-Control")]) == (403, [])
    assert told == [
        f"a request of a page of '{ELSEWHERE}' is refused: if that is your Web UI, allow it with --ui-origin"
    ]


def test_a_taken_port_is_told(server: CodecServer) -> None:
    """A port that something listens on is refused with what to give."""
    port = int(server.url.rpartition(":")[2])
    with (
        pytest.raises(ConflictError, match="give another port with --port, 0 for any"),
        CodecServer(Keyring.read(NEW, {}), port, [], print),
    ):
        pass


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("http://localhost:8233", "http://localhost:8233"),
        ("https://Temporal.Example.com/", "https://temporal.example.com"),
        ("https://temporal.example.com:443", "https://temporal.example.com"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_origins_are_as_browsers_say_them(text: str, origin: str) -> None:
    """An address is taken as it stands in the browser."""
    assert origin_of(text) == origin


@pytest.mark.parametrize(
    "text",
    ["", "*", "null", "localhost:8233", "http://", "ftp://a", "http://a/b", "http://a?b", "http://a#b", "http://u@a", "http://a:x"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(text: str) -> None:
    """What no browser would say is refused when it is given, and not silently never allowed."""
    with pytest.raises(DefinitionError, match="is no origin of a web page: give it as in http://localhost:8233"):
        origin_of(text)
