"""Options that there are not: each is refused where it is written, in the words of the call, with what may be meant."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import Action, DefinitionError, Do, InputError, Registry, Retry, Trigger
from dosdk_temporal._pure.option_names import told_plainly


async def send_mail(to: str) -> None: ...
async def onboard(trigger: Trigger) -> None: ...


@pytest.fixture
def do() -> Do:
    """A client with a registry of its own; it connects to nothing."""
    return Do(registry=Registry())


REFUSED: list[tuple[Callable[[Any], Any], str]] = [
    (
        lambda do: do.action.create(nmae="x", handler=send_mail),
        "do.action.create has no option 'nmae': did you mean 'name'?",
    ),
    (
        lambda do: do.action.create(name="x", handler=send_mail, retires=3),
        "do.action.create has no option 'retires': did you mean 'retry'?",
    ),
    (
        lambda do: do.action.create(send_mail),
        (
            "do.action.create needs a name, which runs keep when the function is renamed: "
            "write @do.action.create(name='send-mail') above the function"
        ),
    ),
    (
        lambda do: do.action.create("send"),
        (
            "do.action.create: too many positional arguments; it takes name=, id=, handler=, execute=, description=, retry=, "
            "timeout=, total_timeout=, heartbeat=, local=, max_concurrent=, version=, compensate=, on_failure=, database="
        ),
    ),
    (lambda do: Action(do=do, nmae="x"), "Action has no option 'nmae': did you mean 'name'?"),  # type: ignore[call-arg]
    (
        lambda do: do.workflow.create(nmae="x", handler=onboard),
        "do.workflow.create has no option 'nmae': did you mean 'name'?",
    ),
    (
        lambda do: do.workflow.create(name="x", tiemout=3),
        "do.workflow.create has no option 'tiemout': did you mean 'timeout'?",
    ),
    (
        lambda do: do.workflow.create(onboard),
        (
            "do.workflow.create needs a name, which runs keep when the function is renamed: "
            "write @do.workflow.create(name='onboard') above the function"
        ),
    ),
    (
        lambda do: do.service.create(nmae="x", handler=onboard),
        "do.service.create has no option 'nmae': did you mean 'name'?",
    ),
    (
        lambda do: do.service.create(name="x", handler=onboard, on_failur="tell"),
        "do.service.create has no option 'on_failur': did you mean 'on_failure'?",
    ),
    (
        lambda do: do.service.create(name="x", steps=[{"action": "a"}], tiemout="3s"),
        "the definition has a fault: a definition has no 'tiemout' @ $.tiemout (did you mean 'timeout'?)",
    ),
    (
        lambda do: do.service.create(onboard),
        (
            "do.service.create needs a name, which runs keep when the function is renamed: "
            "write @do.service.create(name='onboard') above the function"
        ),
    ),
    (lambda _: Do(adress="localhost:7233"), "Do has no option 'adress': did you mean 'address'?"),  # type: ignore[call-arg]
    (lambda _: Retry(max_atempts=5), "Retry has no option 'max_atempts': did you mean 'max_attempts'?"),  # type: ignore[call-arg]
    (lambda _: Retry.forever(jiter=1), "Retry has no option 'jiter': did you mean 'jitter'?"),
    (lambda do: do.worker(max_action=5), "do.worker has no option 'max_action': did you mean 'max_actions'?"),
]


@pytest.mark.parametrize(("wrong", "message"), REFUSED, ids=[message[:60] for _, message in REFUSED])
def test_a_misspelt_option(wrong: Callable[[Any], Any], message: str, do: Do) -> None:
    """It is a DefinitionError in the words of the call, and nothing is registered."""
    with pytest.raises(DefinitionError) as refused:
        wrong(do)
    assert (str(refused.value), len(do.registry.actions), len(do.registry.workflows)) == (message, 0, 0)


CALLS: list[tuple[Callable[[Any], Any], str]] = [
    (lambda do: do.workflows.start("w", {}, dealy="3s"), "do.workflows.start has no option 'dealy': did you mean 'delay'?"),
    (
        lambda do: do.workflows.execute("w", zzz=1),
        "do.workflows.start has no option 'zzz': there are id, delay, priority, fairness_key, fairness_weight, idempotency_key",
    ),
    (
        lambda do: do.workflows.schedule("w", crn_expression="@daily"),
        "do.workflows.schedule has no option 'crn_expression': did you mean 'cron_expression'?",
    ),
    (
        lambda do: do.workflows.get_status("x", include_metric=True),
        "do.workflows.get_status has no option 'include_metric': did you mean 'include_metrics'?",
    ),
    (lambda do: do.action.execute(name="a", param={}), "do.action.execute has no option 'param': did you mean 'params'?"),
    (
        lambda do: do.action.execute(),
        (
            "do.action.execute: missing a required argument: 'name'; it takes name=, params=, idempotency_key=, retry=, "
            "timeout=, compensate="
        ),
    ),
    (lambda do: do.service("s").start({}, dealy=1), "do.workflows.start has no option 'dealy': did you mean 'delay'?"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "message"), CALLS, ids=[message[:60] for _, message in CALLS])
async def test_a_call_s_misspelt_option(wrong: Callable[[Any], Any], message: str, do: Do) -> None:
    """It is refused before anything is sent."""
    with pytest.raises(DefinitionError) as refused:
        await wrong(do)
    assert str(refused.value) == message


async def test_an_option_among_fields(do: Do) -> None:
    """Beside an action's fields a misspelt option is an unknown field, and the option is named that may be meant."""
    do.action.create(name="send", handler=send_mail)
    with pytest.raises(InputError) as refused:
        await do.action.run("send", to="a@example", retyr=3)
    assert (str(refused.value), refused.value.problems) == (
        "the input of action 'send' does not fit: retyr: is not a field of it; did you mean the option 'retry'?",
        (("retyr", "is not a field of it"),),
    )


class Counting:
    """Something with a told method."""

    @told_plainly("counting.up")
    def up(self, by: int = 1) -> int:
        """Give the sum with one."""
        return sum([1, by])


def test_the_function_s_own_errors_are_its_own() -> None:
    """A TypeError that the function raises itself stays what it is; the signature stays the function's."""
    with pytest.raises(TypeError, match="unsupported operand") as raised:
        Counting().up("a")  # type: ignore[arg-type] # that is the case
    assert (type(raised.value), str(inspect.signature(Counting().up))) == (TypeError, "(by: 'int' = 1) -> 'int'")
