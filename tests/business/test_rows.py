"""Users and billing accounts, on each database."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from activities.parts import database
from activities.parts.billing import BillingAccount, ensure_billing_account
from activities.parts.database import transaction, users
from activities.parts.users import User, ensure_user, find_user, find_user_by_email, users_at
from dosdk_temporal.errors import ActionError
from tests.forked import ForkedProcess
from tests.postgresql import PostgreSQL

JANE = "jane@acme.example"

SIGN_UP = """
import asyncio
from activities.parts import database
from activities.parts.billing import ensure_billing_account
from activities.parts.users import ensure_user

async def main():
    user = await ensure_user("jane@acme.example", name="Jane")
    account = await ensure_billing_account("jane@acme.example")
    print(user.id, account.id)

asyncio.run(main())
"""


async def test_user_is_created_once(backend: str) -> None:
    """One address is one user, however often it is created: the first name stands, a name fills a gap."""
    created = await ensure_user(JANE)
    assert created == User(created.id, JANE, name=None, profile=None)
    assert await ensure_user(JANE, name="Jane Doe") == replace(created, name="Jane Doe")
    assert await ensure_user(JANE, name="Somebody Else") == replace(created, name="Jane Doe")


async def test_profile_is_replaced_and_never_lost(backend: str) -> None:
    """A profile given replaces the one there is; none given leaves it."""
    created = await ensure_user(JANE, name="Jane", profile={"company": "Acme", "tags": [1, "ü"]})
    assert await ensure_user(JANE) == created
    assert await ensure_user(JANE, profile={"company": "Ajax"}) == replace(created, profile={"company": "Ajax"})


async def test_many_at_once(backend: str) -> None:
    """A hundred creations at the same time make one user."""
    created = await asyncio.gather(*(ensure_user(JANE, name="Jane") for _ in range(100)))
    assert created == [created[0]] * 100


async def test_cancelled_callers(backend: str) -> None:
    """A transaction comes to its end though its caller was cancelled, and the database goes on serving."""
    callers = [asyncio.create_task(ensure_user(f"user{number}@acme.example")) for number in range(20)]
    await asyncio.sleep(0)  # now each has begun
    for caller in callers:
        caller.cancel()
    await asyncio.wait(callers)
    assert [caller.cancelled() for caller in callers] == [True] * 20
    await database.close()
    assert await users_at("acme.example") == 20


async def test_several_processes_at_once(backend: str, environment: dict[str, str]) -> None:
    """Processes that find no tables and sign up the same person at the same time agree on one user and one account."""
    processes = [await ForkedProcess.start(["-c", SIGN_UP], env=environment) for _ in range(6)]
    said = [(await process.communicate())[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 6
    assert said == [said[0]] * 6
    user = await find_user_by_email(JANE)
    assert user is not None
    assert said[0].decode().split()[0] == user.id


async def test_finding(backend: str) -> None:
    """A user is found by id and by address; who is not there is None."""
    jane = await ensure_user(JANE, name="Jane")
    found = (
        await find_user(jane.id),
        await find_user_by_email(JANE),
        await find_user("usr_0"),
        await find_user_by_email("x@y"),
    )
    assert found == (jane, jane, None, None)


async def test_users_of_a_domain(backend: str) -> None:
    """Users of a domain are counted, and a wildcard in it is a letter like any other."""
    for email in (JANE, "joe@acme.example", "jo@not-acme.example"):
        await ensure_user(email)
    assert [await users_at(domain) for domain in ("acme.example", "ajax.example", "%")] == [2, 0, 0]


async def test_billing_account_is_set_up_once(backend: str) -> None:
    """One address has one billing account, tied to the user that has the address."""
    jane = await ensure_user(JANE)
    account = await ensure_billing_account(JANE)
    assert account == BillingAccount(account.id, JANE, jane.id, plan="free")
    assert await ensure_billing_account(JANE) == account


async def test_billing_without_a_user(backend: str) -> None:
    """An address that is no user's can be billed."""
    account = await ensure_billing_account(JANE)
    assert account == BillingAccount(account.id, JANE, None, plan="free")


async def test_transaction_is_whole_or_nothing(backend: str) -> None:
    """What a transaction wrote before it failed is not there."""

    async def fail_half_way() -> None:
        async with transaction() as connection:
            await connection.execute(users.insert().values(id="usr_1", email=JANE))
            raise LookupError

    with pytest.raises(LookupError):
        await fail_half_way()
    assert await find_user("usr_1") is None


async def test_what_fails_keeps_people_out_of_its_message(backend: str) -> None:
    """A statement that fails does not put addresses into its error."""
    await ensure_user(JANE)

    async def insert_again() -> None:
        async with transaction() as connection:
            await connection.execute(users.insert().values(id="usr_1", email=JANE, name="Jane Secret"))

    with pytest.raises(Exception, match=r"(?i)unique") as caught:
        await insert_again()
    assert "Jane Secret" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
async def test_spellings_of_postgresql(scheme: str, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every usual spelling of a PostgreSQL address is understood, with libpq's sslmode."""
    address = postgresql.url.partition("://")[2]
    monkeypatch.setenv("DO_BUSINESS_DATABASE_URL", f"{scheme}://{address}?sslmode=disable")
    async with transaction() as connection:
        assert connection.dialect.name == "postgresql"


@pytest.mark.parametrize("url", ["mysql://root:secret@h/db", "business.db", "postgresql"])
async def test_no_address(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no address of a database is refused for good, without repeating it."""
    monkeypatch.setenv("DO_BUSINESS_DATABASE_URL", url)
    with pytest.raises(ActionError) as caught:
        await find_user("usr_1")
    assert (caught.value.message, caught.value.retryable) == (
        "DO_BUSINESS_DATABASE_URL must read postgresql://user:password@host/database or sqlite:///path",
        False,
    )
