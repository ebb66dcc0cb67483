"""The documents' own definitions, on the real server: the customer onboarding of 003, and the service of 002."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import InputError, WorkflowError
from dosdk_temporal.testing import TestDo
from tests.unit.definitions.onboarding import customerOnboardingWorkflow

Serve = Callable[..., Any]

CUSTOMER = {"customerId": "cust_12345", "plan": "professional", "industry": "healthcare", "companySize": "medium"}
PLAN = {"onboardingStatus": "in_progress", "nextSteps": ["Log in"], "estimatedTimeToValue": 14}


class Business:
    """The functions of the document; ``calls`` has what each was called with, by name."""

    def __init__(self, do: TestDo) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.busy = False
        self.answers: dict[str, Any] = {
            "setupCustomerAccount": {
                "customerEmail": "ada@example.com", "companyName": "Analytical Engines", "accountUrl": "https://app.example.com/ada",
            },
            "sendPersonalizedEmail": {"sent": True},
            "allocateResources": {"seats": 20},
            "assignAccountManager": {"email": "grace@example.com", "accountManager": "Grace"},
            "generateCustomerSuccessPlan": PLAN,
            "sendSchedulingLink": {"link": "https://cal.example.com/grace"},
        }  # fmt: skip
        for name in (*self.answers, "scheduleKickoffCall"):
            do.action.create(name=name, handler=self._handler(name))

    def _handler(self, name: str) -> Any:
        async def handler(inputs: dict[str, Any]) -> Any:
            self.calls.append((name, inputs))
            if name == "scheduleKickoffCall":
                raise OSError("the calendar is away")
            return self.answers[name]

        return handler


@pytest.fixture
def business(do: TestDo) -> Business:
    """The functions, and the workflow as the document prints it, but for its delay: a second is long for a test."""
    business = Business(do)
    printed = customerOnboardingWorkflow["errorHandling"]["retryStrategy"]
    assert printed == {"maxAttempts": 3, "backoff": {"initialDelay": 1000, "multiplier": 2}}
    quick = {**printed, "backoff": {**printed["backoff"], "initialDelay": 10}}
    errors = {**customerOnboardingWorkflow["errorHandling"], "retryStrategy": quick}
    do.workflows.create({**customerOnboardingWorkflow, "errorHandling": errors})
    return business


async def test_the_onboarding_as_printed(do: TestDo, business: Business, serve: Serve) -> None:
    """A customer of the professional plan has no account manager: two steps are skipped, the others run in their order."""
    async with serve():
        run = await do.workflows.start("customerOnboardingWorkflow", CUSTOMER)
        assert await run.result() == PLAN
        status = await do.workflows.get_status(run.id)
    assert business.calls == [
        ("setupCustomerAccount", {"customerId": "cust_12345", "plan": "professional"}),
        ("sendPersonalizedEmail", {
            "to": "ada@example.com",
            "template": "welcome",
            "variables": {
                "companyName": "Analytical Engines", "industry": "healthcare", "accountUrl": "https://app.example.com/ada",
            },
        }),
        ("allocateResources", {"customerId": "cust_12345", "plan": "professional", "companySize": "medium"}),
        ("generateCustomerSuccessPlan", {
            "customerId": "cust_12345", "industry": "healthcare", "companySize": "medium", "plan": "professional",
        }),
    ]  # fmt: skip
    assert [(step.id, step.name, step.state, step.attempts) for step in status.steps] == [
        ("accountSetup", "setupCustomerAccount", "completed", 1),
        ("welcomeEmail", "sendPersonalizedEmail", "completed", 1),
        ("resourceAllocation", "allocateResources", "completed", 1),
        ("assignAccountManager", "assignAccountManager", "skipped", 0),
        ("scheduleKickoff", "scheduleKickoffCall", "skipped", 0),
        ("createSuccessPlan", "generateCustomerSuccessPlan", "completed", 1),
    ]
    assert (status.state, status.version, status.input, status.output) == ("completed", "1", CUSTOMER, PLAN)


async def test_the_onboarding_of_an_enterprise(do: TestDo, business: Business, serve: Serve) -> None:
    """An enterprise gets a manager; its kick-off is tried three times, then the fallback gets the same input and stands in."""
    async with serve():
        run = await do.workflows.start("customerOnboardingWorkflow", {**CUSTOMER, "companySize": "enterprise"})
        assert await run.result() == {**PLAN, "accountManager": "Grace"}
        status = await do.workflows.get_status(run.id)
    kickoff = {
        "customerEmail": "ada@example.com",
        "accountManagerEmail": "grace@example.com",
        "suggestedTopics": ["Implementation timeline", "Success metrics", "Training needs"],
    }
    assert business.calls[4:8] == [*[("scheduleKickoffCall", kickoff)] * 3, ("sendSchedulingLink", kickoff)]
    steps = {step.id: step for step in status.steps}
    assert list(steps) == [step["id"] for step in customerOnboardingWorkflow["steps"]]
    told = steps["scheduleKickoff"]
    assert (told.state, told.attempts, told.error and told.error.message) == ("fallback", 3, "the calendar is away")


async def test_the_onboarding_with_a_wrong_plan(do: TestDo, business: Business, serve: Serve) -> None:
    """What the schema does not allow is refused before anything runs."""
    async with serve():
        with pytest.raises(InputError) as refused:
            await do.workflows.execute("customerOnboardingWorkflow", {**CUSTOMER, "plan": "gold"})
    assert refused.value.problems == (("plan", "must be one of 'starter', 'professional', 'enterprise', not 'gold'"),)
    assert business.calls == []


SERVICE: dict[str, Any] = {
    "input": ["userName", "userEmail"],
    "steps": [
        {"action": "create-user-in-db", "params": {"name": "{{ input.userName }}", "email": "{{ input.userEmail }}"}},
        {"action": "setup-billing-account", "params": {"email": "{{ input.userEmail }}"}},
        {"action": "send-welcome-email", "params": {"recipientEmail": "{{ input.userEmail }}"}},
        {"action": "notify-sales-on-slack", "params": {"customerName": "{{ input.userName }}"}},
    ],
}


async def test_the_service_of_the_documents(do: TestDo, serve: Serve) -> None:
    """The chain runs its actions in order under parameters of other names, and gives the mapping of ids to outputs."""
    actions = {step["action"]: do.mock(step["action"], returns={"of": step["action"]}) for step in SERVICE["steps"]}
    await do.service.create(name="customer-onboarding-workflow", **SERVICE)
    user = {"userName": "Ada", "userEmail": "ada@example.com"}
    async with serve():
        assert await do.service("customer-onboarding-workflow").execute(user) == {
            "createUserInDb": {"of": "create-user-in-db"},
            "setupBillingAccount": {"of": "setup-billing-account"},
            "sendWelcomeEmail": {"of": "send-welcome-email"},
            "notifySalesOnSlack": {"of": "notify-sales-on-slack"},
        }
        run = await do.service("customer-onboarding-workflow").start(user)
        assert (await run.result())["createUserInDb"] == {"of": "create-user-in-db"}
    assert [given[0] for given in actions.values()] == [
        {"name": "Ada", "email": "ada@example.com"},
        {"email": "ada@example.com"},
        {"recipientEmail": "ada@example.com"},
        {"customerName": "Ada"},
    ]


async def test_a_service_of_one_action(do: TestDo, serve: Serve) -> None:
    """One action suffices; ``output`` makes the result, and ``version`` may be asked for."""
    do.mock("charge", returns={"id": "ch_1", "fee": 2})
    do.service.create(
        name="pay", version="2", input={"amount": "number"}, output={"receipt": "{{ charge.id }}"},
        steps=[{"action": "charge", "params": {"amount": "{{ input.amount }}"}}],
    )  # fmt: skip
    async with serve():
        assert await do.service("pay").execute({"amount": 3}) == {"receipt": "ch_1"}
        assert await do.service("pay@2").execute({"amount": 3}) == {"receipt": "ch_1"}
        with pytest.raises(InputError, match="the input of service 'pay' does not fit: amount: is required"):
            await do.service("pay").execute({})


async def test_a_service_with_a_handler(do: TestDo, serve: Serve) -> None:
    """A handler may be given instead of steps; its input is checked against the same spellings."""
    do.mock("charge", returns={"id": "ch_1"})

    @do.service.create(name="pay", input={"amount": "number", "currency": {"type": "string", "default": "EUR"}})
    async def pay(trigger: Any) -> Any:
        return [trigger.payload, await do.action.run("charge", trigger.payload)]

    async with serve():
        assert await pay.execute({"amount": 3}) == [{"amount": 3, "currency": "EUR"}, {"id": "ch_1"}]
        with pytest.raises(InputError, match="amount: must be a number, not 'x'"):
            await do.service("pay").execute({"amount": "x"})


async def test_a_service_that_fails(do: TestDo, serve: Serve) -> None:
    """A failing action ends the service with its error and its step; what comes after it does not run."""
    do.mock("one", returns=1)
    do.action.create(name="two", handler=_broken, retry=1)
    last = do.mock("three")
    do.service.create(name="chain", steps=[{"action": name} for name in ("one", "two", "three")])
    async with serve():
        with pytest.raises(WorkflowError) as failed:
            await do.service("chain").execute()
    assert (failed.value.step, failed.value.action, last) == ("two", "two", [])
    assert (
        str(failed.value)
        == "workflow 'chain' failed in step 'two': action 'two' failed after 1 attempt: OSError: it is broken"
    )


async def _broken() -> None:
    raise OSError("it is broken")
