"""What can be learned about an address."""

from __future__ import annotations

from typing import Any

import pytest

from activities.parts.enrichment import look_up
from activities.parts.users import ensure_user
from dosdk_temporal.errors import ActionError
from tests.business.http_peer import HttpPeer, Request


@pytest.fixture
def enriching(service: HttpPeer, monkeypatch: pytest.MonkeyPatch) -> HttpPeer:
    """The service, as the environment names it."""
    monkeypatch.setenv("DO_ENRICH_URL", f"{service.url}/people")
    return service


async def test_profile_of_the_service(enriching: HttpPeer) -> None:
    """The service is asked by address and key, and its answer is the profile."""
    enriching.will_answer((200, '{"name": "Jane Doe", "company": "Acme"}'))
    assert await look_up("jane@acme.example", key="k") == {"name": "Jane Doe", "company": "Acme"}
    assert enriching.requests == [Request("/people", "k", {"email": "jane@acme.example"})]


@pytest.mark.parametrize("said", ["{}", "null", ""])
async def test_nobody(said: str, enriching: HttpPeer) -> None:
    """An empty answer means that nobody is known by that address."""
    enriching.will_answer((200, said))
    assert await look_up("jane@acme.example", key="k") is None


@pytest.mark.parametrize("said", ["[]", "<html>", "7"])
async def test_no_profile(said: str, enriching: HttpPeer) -> None:
    """An answer that is no profile is an error that trying again does not mend."""
    enriching.will_answer((200, said))
    with pytest.raises(ActionError) as caught:
        await look_up("jane@acme.example", key="k")
    assert (caught.value.message, caught.value.retryable) == (
        "profile enrichment (DO_ENRICH_URL) answered something that is not a JSON object",
        False,
    )


@pytest.mark.parametrize(
    ("email", "profile"),
    [
        (
            "jane.doe+news@mail.acme.example",
            {"name": "Jane Doe", "domain": "mail.acme.example", "company": "Acme", "knownColleagues": 1},
        ),
        ("info@acme.example", {"name": None, "domain": "acme.example", "company": "Acme", "knownColleagues": 0}),
        ("jane_doe@gmail.com", {"name": "Jane Doe", "domain": "gmail.com", "company": None, "knownColleagues": 0}),
        ("root@localhost", {"name": None, "domain": "localhost", "company": "Localhost", "knownColleagues": 0}),
    ],
)
async def test_derived(email: str, profile: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    """Without a service a profile is derived from the address and the users there are, which is said once."""
    await ensure_user("joe@mail.acme.example")
    await ensure_user("joe@gmail.com")
    for _ in range(2):
        assert await look_up(email, key="k") == {**profile, "source": "derived"}
    (said,) = caplog.messages
    assert said == (
        "Profiles are not looked up: DO_ENRICH_URL is not set. They are derived from e-mail addresses instead; set "
        "DO_ENRICH_URL to the address of a service to look them up."
    )
