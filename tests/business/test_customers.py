"""Customers as rows, on each database; who looks after them, what they get, and what is recommended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from activities.parts.customers import (
    Customer,
    customers_by_manager,
    customers_on,
    ensure_customer,
    get_customer,
    update_customer,
)
from activities.parts.figures import Figures, recommendations
from activities.parts.managers import Manager, chosen_manager, managers
from activities.parts.success import SuccessPlan, success_plan
from dosdk_temporal.errors import ActionError

ACCOUNT: dict[str, Any] = {
    "email": "ada@acme.example",
    "company": "Acme",
    "account_url": "https://app.example.com/acme",
    "plan": "starter",
}
ACME = Customer("cust_1", **ACCOUNT)
GRACE = Manager("Grace Hopper", "grace@do.example", "healthcare")
JOE, ANN = Manager("Joe", "joe@do.example"), Manager("Ann", "ann@do.example")


async def test_customer_is_created_once(backend: str) -> None:
    """One id is one customer: a second account brings it up to date, and what else is known of it stays."""
    assert await ensure_customer("cust_1", **ACCOUNT) == ACME
    known = await update_customer("cust_1", {"seats": 5, "success_plan": {"nextSteps": ["Log in"]}})
    assert known == replace(ACME, seats=5, success_plan={"nextSteps": ["Log in"]})
    assert await ensure_customer("cust_1", **{**ACCOUNT, "plan": "enterprise"}) == replace(known, plan="enterprise")
    assert await get_customer("cust_1") == replace(known, plan="enterprise")


async def test_many_at_once(backend: str) -> None:
    """Of managers that are assigned at the same time one is the customer's, and everybody is told that one."""
    await ensure_customer("cust_1", **ACCOUNT)
    assigned = await asyncio.gather(
        *(update_customer("cust_1", {"manager": f"{number}@do.example"}, unless="manager") for number in range(20))
    )
    assert len({customer.manager for customer in assigned}) == 1
    assert await customers_by_manager() == {assigned[0].manager: 1}


async def test_customers_of_a_plan(backend: str) -> None:
    """Customers are found by their plan, by id."""
    for name, plan in (("b", "starter"), ("a", "starter"), ("c", "enterprise")):
        await ensure_customer(name, **{**ACCOUNT, "plan": plan})
    assert [customer.id for customer in await customers_on("starter")] == ["a", "b"]
    assert (await customers_on("professional"), await customers_by_manager()) == ([], {})


async def test_no_such_customer(backend: str) -> None:
    """A customer that is not there is refused for good, with the action that makes one."""
    for call in (get_customer("cust_9"), update_customer("cust_9", {"seats": 1})):
        with pytest.raises(ActionError) as refused:
            await call
        assert (refused.value.message, refused.value.retryable) == (
            "there is no customer 'cust_9': setupCustomerAccount makes the account of one",
            False,
        )


def test_managers_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Managers are names with addresses, some with the industry that they know."""
    monkeypatch.setenv("DO_ACCOUNT_MANAGERS", " healthcare: Grace Hopper <Grace@do.example>;Joe <joe@do.example> ; ")
    assert managers() == [GRACE, JOE]


def test_no_manager_is_known(caplog: pytest.LogCaptureFixture) -> None:
    """Without any there is the team, which is said once with an example of what to set."""
    assert managers() == managers() == [Manager("the account team", "account-managers@example.com")]
    (said,) = caplog.records
    assert "DO_ACCOUNT_MANAGERS='healthcare: Grace Hopper <grace@acme.example>; Ada" in said.getMessage()


@pytest.mark.parametrize(
    "written", ["grace@do.example", "Grace <grace>", "Joe <joe@do.example>, Ann <ann@do.example>", "<a@b>"]
)
def test_no_managers(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no list of managers is refused for good, with how it has to read."""
    monkeypatch.setenv("DO_ACCOUNT_MANAGERS", written)
    with pytest.raises(ActionError, match="must read 'Name <address>; industry: Name <address>'") as refused:
        managers()
    assert not refused.value.retryable


@pytest.mark.parametrize(
    ("industry", "loads", "chosen"),
    [
        ("Healthcare", {GRACE.email: 9}, GRACE),
        ("finance", {}, GRACE),
        ("finance", {GRACE.email: 1}, JOE),
        ("finance", {GRACE.email: 2, JOE.email: 2, ANN.email: 1}, ANN),
    ],
)
def test_who_looks_after_a_customer(industry: str, loads: Mapping[str, int], chosen: Manager) -> None:
    """Who knows the industry comes first, then who has the fewest."""
    assert chosen_manager([GRACE, JOE, ANN], industry, loads) == chosen


@pytest.mark.parametrize(
    ("customer", "given", "plan"),
    [
        (
            replace(ACME, seats=5),
            {"industry": "toys", "size": "small", "plan": "starter"},
            SuccessPlan(
                "in_progress",
                ("Log in at https://app.example.com/acme", "Invite your colleagues: you have 5 seats"),
                7,
            ),
        ),
        (
            ACME,
            {"industry": "Finance", "size": "enterprise", "plan": "starter"},
            SuccessPlan(
                "needs_assistance",
                (
                    "Log in at https://app.example.com/acme",
                    "Ask us for your seats",
                    "Agree on how long records are kept",
                ),
                60,
            ),
        ),
        (
            replace(ACME, seats=50, manager=GRACE.email),
            {"industry": "toys", "size": "large", "plan": "enterprise"},
            SuccessPlan(
                "in_progress",
                (
                    "Log in at https://app.example.com/acme",
                    "Invite your colleagues: you have 50 seats",
                    "Connect single sign-on",
                    "Name an administrator for each department",
                    "Meet grace@do.example, who looks after you",
                ),
                22,
            ),
        ),
    ],
    ids=["small", "alone", "looked after"],
)
def test_what_a_customer_is_to_do(customer: Customer, given: Any, plan: SuccessPlan) -> None:
    """The plan follows from plan, size and industry, and from who looks after the customer."""
    assert success_plan(customer, **given) == plan


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({}, ["Name an account manager."]),
        ({"revenue": 1, "usage": 60, "satisfaction": 9}, ["Name an account manager."]),
        ({"usage": 49.5}, ["Offer training: 49.5 of 100 seats are used.", "Name an account manager."]),
        ({"usage": 90}, ["Offer more seats: 90 of 100 are used.", "Name an account manager."]),
        ({"usage": None, "satisfaction": None}, ["Ask Acme how satisfied they are.", "Name an account manager."]),
        (
            {"satisfaction": 6.5},
            ["Call Acme this week: satisfaction is 6.5 of 10.", "Name an account manager."],
        ),
    ],
)
def test_what_is_recommended(figures: Figures, told: list[str]) -> None:
    """Recommendations follow from the figures that are known, the most urgent first."""
    assert recommendations(replace(ACME, seats=100), figures) == told
    assert recommendations(replace(ACME, seats=100, manager=GRACE.email), figures) == told[:-1]
