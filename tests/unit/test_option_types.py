"""Options of the wrong type: each is refused where it is written, with its name, what was given and what it may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import DefinitionError, Do, InputError, Registry, Retry, Trigger

A_TYPE = "a type: a model, a dataclass, a TypedDict, or any other annotation"


async def send(user_id: str) -> None: ...
async def onboard(trigger: Trigger) -> None: ...


@pytest.fixture
def do() -> Do:
    """A client with a registry of its own; it connects to nothing."""
    return Do(registry=Registry())


def action(**options: Any) -> Callable[[Do], Any]:
    return lambda do: do.action.create(**{"name": "a", "handler": send, **options})


def workflow(**options: Any) -> Callable[[Do], Any]:
    return lambda do: do.workflow.create(**{"name": "w", "handler": onboard, **options})


def service(**options: Any) -> Callable[[Do], Any]:
    return lambda do: do.service.create(**{"name": "s", "steps": [{"action": "a"}], **options})


def worker(*modules: Any, **options: Any) -> Callable[[Do], Any]:
    return lambda do: do.worker(*modules, **options)


REFUSED: list[tuple[Callable[[Do], Any], str]] = [
    (action(name=5), "the action name must be text of 1 to 200 characters, not 5"),
    (action(handler="send"), "the handler of action 'a' is 'send': give a function"),
    (action(description=5), "the description of action 'a' is text, not 5"),
    (
        action(retry=True),
        "retry=True is not a retry strategy: give a Retry, a number of attempts, or the documented dictionary",
    ),
    *(
        (
            action(**{option: given}),
            f"{option}={given!r} is not a duration: write seconds as a number, a timedelta, or text like '90s', '3d', '1h30m'",
        )
        for option in ("timeout", "total_timeout", "heartbeat")
        for given in (True, [1], "soon")
    ),
    (action(local="no"), "local='no' of action 'a' is not True or False"),
    (action(local=0), "local=0 of action 'a' is not True or False"),
    (action(local=None), "local=None of action 'a' is not True or False"),
    (
        action(max_concurrent="2"),
        "max_concurrent='2' of action 'a' is not a whole number from 1 on, or None for no limit",
    ),
    (action(version=[1]), "version=[1] is not a version: write numbers and dots, like '2' or '2.1'"),
    (action(compensate=5), "compensate= of action 'a' is 5: give an action, its name, or a function"),
    (workflow(handler=5), "the handler of workflow 'w' is 5: give a function"),
    (workflow(input=5), f"input=5 of workflow 'w' is not {A_TYPE}"),
    (workflow(input={"plan": str}), f"input={{'plan': {str!r}}} of workflow 'w' is not {A_TYPE}"),
    (workflow(output="Order"), f"output='Order' of workflow 'w' is not {A_TYPE}"),
    (
        workflow(versioning=True),
        (
            "versioning=True of workflow 'w' is neither 'pinned' (its runs stay with the build that began them) nor "
            "'auto_upgrade' (they move to the current one)"
        ),
    ),
    (lambda do: do.workflow.create(5), "definition=5 is not a mapping, or the path of a file"),  # type: ignore[call-overload]
    (lambda do: do.workflows.load(None), "definition=None is not a mapping, or the path of a file"),  # type: ignore[arg-type]
    (service(steps=5), "steps=5 of service 's' is not a list of steps"),
    (service(steps="a"), "steps='a' of service 's' is not a list of steps"),
    (worker(5), "module=5 is not the name of a module, the path of a file, or a module"),
    (worker(max_workflow_tasks=0), "max_workflow_tasks=0 is not a whole number from 1 on"),
    (worker(max_actions="5"), "max_actions='5' is not a whole number from 1 on"),
    (worker(max_local_actions=True), "max_local_actions=True is not a whole number from 1 on"),
    (worker(max_cached_workflows=-1), "max_cached_workflows=-1 is not a whole number from 0 on"),
    (worker(wait_for_server="no"), "wait_for_server='no' is not True or False"),
    (worker(plugins="mine"), "plugins='mine' is not a tuple of Temporal's worker plugins"),
    (worker(deployment=5), "deployment=5 is no deployment's name: write letters, digits, - and _, like 'orders'"),
    *(
        (lambda _, option=option: Do(**{option: 5}), f"{option}= is text, not a value of type int")  # type: ignore[arg-type]
        for option in ("api_key", "address", "namespace", "task_queue", "profile", "datastore_url")
    ),
    (lambda _: Do(registry={}), "registry={} is not a Registry"),  # type: ignore[arg-type]
    (lambda _: Do(tls="no").settings, "tls='no' is neither True, False nor a temporalio.service.TLSConfig"),  # type: ignore[arg-type]
    (
        lambda _: Retry(give_up_on={"ValueError": 1}),
        "give_up_on takes exception classes or their names, not {'ValueError': 1}",
    ),
    (lambda _: Retry(retry_on=None), "retry_on takes exception classes or their names, not None"),  # type: ignore[arg-type]
    (lambda _: Retry(max_attempts="3"), "max_attempts='3' counts attempts, the first included: 1 or more, or None"),  # type: ignore[arg-type]
    (lambda _: Retry(jitter="full"), "jitter='full' is the part of each delay that is left to chance: 0 to 1"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("wrong", "message"), REFUSED, ids=[message[:60] for _, message in REFUSED])
def test_an_option_of_the_wrong_type(wrong: Callable[[Do], Any], message: str, do: Do) -> None:
    """It is refused where it is written, and nothing is registered."""
    with pytest.raises(DefinitionError) as refused:
        wrong(do)
    assert (str(refused.value), len(do.registry.actions), len(do.registry.workflows)) == (message, 0, 0)


CALLS: list[tuple[Callable[[Any], Any], str]] = [
    (
        lambda do: do.action.run("a", idempotency_key=5),
        "the idempotency_key must be text of 1 to 200 characters, not 5",
    ),
    (
        lambda do: do.action.run("a", retry="often"),
        "retry='often' is not a retry strategy: give a Retry, a number of attempts, or the documented dictionary",
    ),
    (
        lambda do: do.action.run("a", timeout=True),
        "timeout=True is not a duration: write seconds as a number, a timedelta, or text like '90s', '3d', '1h30m'",
    ),
    (
        lambda do: do.action.run("a", compensate=5),
        "compensate= of the call of action 'a' is 5: give an action, its name, or a function",
    ),
    (lambda do: do.workflows.start("w", id=5), "the id must be text of 1 to 200 characters, not 5"),
    (
        lambda do: do.workflows.start("w", priority="first"),
        "priority='first' does not fit: give a number from 1 (first) to 5 (last)",
    ),
    (
        lambda do: do.workflows.start("w", delay=[1]),
        "delay=[1] is not a duration: write seconds as a number, a timedelta, or text like '90s', '3d', '1h30m'",
    ),
    (lambda do: do.workflows.start("w", fairness_key=5), "fairness_key=5 is text of 1 to 64 bytes, as a tenant's id"),
    (lambda do: do.datastore.set("k", 1, if_absent="no"), "if_absent='no' is not True or False"),
    (lambda do: do.datastore.set("k", 1, if_absent=0), "if_absent=0 is not True or False"),
    (lambda do: do.workflows.schedule("w", every="1h", paused="no"), "paused='no' is not True or False"),
    (lambda do: do.workflows.schedule("w", every="1h", note=5), "note is text, not 5"),
    (lambda do: do.workflows.list(workflow=5), "workflow= is text, not a value of type int"),
    (lambda do: do.workflows.list(state=5), "state= is text, not a value of type int"),
    (lambda do: do.workflows.list_schedules(workflow=5), "workflow= is text, not a value of type int"),
    *(
        (lambda do, given=given, ask=ask: ask(do)(limit=given), f"limit={given!r} is not a whole number from 1 on")
        for given in (True, "5", 0, 2.0)
        for ask in (lambda do: do.workflows.list, lambda do: do.workflows.list_schedules)
    ),
    (lambda do: do.workflows.get_status("r", include_metrics="no"), "include_metrics='no' is not True or False"),
    (
        lambda do: do.workflows.get_status("r", include_audit_trail="no"),
        "include_audit_trail='no' is not True or False",
    ),
    (lambda do: do.workflows.retry("r", 5), "from_step= is text, not a value of type int"),
    (lambda do: do.approvals.list(overdue="no"), "overdue='no' is not True or False"),
    (lambda do: do.continue_as_new(if_suggested="no"), "if_suggested='no' is not True or False"),
]


@pytest.mark.parametrize(("wrong", "message"), CALLS, ids=[message[:60] for _, message in CALLS])
async def test_a_call_s_option_of_the_wrong_type(wrong: Callable[[Do], Any], message: str, do: Do) -> None:
    """It is refused before anything is sent."""
    with pytest.raises((DefinitionError, InputError)) as refused:
        await wrong(do)
    assert str(refused.value) == message


NO_TEXT = "must be text, as it was given when that was made, not"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        *(
            (ask, f"the {what} {NO_TEXT} {given!r}")
            for given in ("", " ", None, 5)
            for what, ask in (
                ("execution id", lambda do, given=given: do.workflows.get(given)),
                ("execution id", lambda do, given=given: do.workflows.get_status(given)),
                ("execution id", lambda do, given=given: do.workflows.cancel(given)),
                ("execution id", lambda do, given=given: do.approvals.decide(given, approved=True, by="me")),
                ("schedule id", lambda do, given=given: do.workflows.get_schedule(given)),
            )
        ),
        (
            lambda do: do.workflows.get("a" * 1001),
            f"the execution id has 1001 bytes, none has more than 1000: '{'a' * 40}'…",
        ),
        (
            lambda do: do.workflows.start("w", id=""),
            "the id must be text of 1 to 200 characters, not ''",
        ),
        (
            lambda do: do.workflows.start("w", id="a" * 201),
            f"the id has 201 characters, at most 200 are allowed: '{'a' * 40}'…",
        ),
        (
            lambda do: do.workflows.schedule("w", every="1h", id="a" * 201),
            f"the id has 201 characters, at most 200 are allowed: '{'a' * 40}'…",
        ),
    ],
)
async def test_an_id_that_nothing_can_have(wrong: Callable[[Do], Any], message: str, do: Do) -> None:
    """It is one plain error wherever it is given, before any server is asked."""
    with pytest.raises(InputError) as refused:
        await wrong(do)
    assert str(refused.value) == message


def test_an_id_that_a_key_made(do: Do) -> None:
    """A name and a key of 200 characters each are asked about as they are: the id of both is longer than either."""
    long = f"{'n' * 200}/{'k' * 200}"
    assert do.workflows.get(long).id == long


@pytest.mark.parametrize("kind", [int, int | None, list[int], dict[str, Any], Any, None], ids=str)
def test_annotations_that_may_be(kind: Any, do: Do) -> None:
    """Any annotation may be a workflow's input and output."""
    definition = do.workflow.create(name="w", handler=onboard, input=kind, output=kind).definition
    assert definition.output is kind  # type: ignore[union-attr]
