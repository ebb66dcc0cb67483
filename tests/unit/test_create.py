"""Every spelling of ``create``, and the wrong ones. None of it needs a server."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import dosdk_temporal
from dosdk_temporal import Action, DefinitionError, Do, InputError, Registry, Retry, Trigger
from dosdk_temporal._client.action import ActionReference
from dosdk_temporal._pure.place import CURRENT


async def send(user_id: str, template: str = "welcome") -> str:
    """Send one e-mail."""
    return f"{template} to {user_id}"


def other(user_id: str) -> None: ...
async def onboard(trigger: Trigger) -> str:
    """Take one user on."""
    return str(trigger.payload["user_id"])


@pytest.fixture
def do() -> Do:
    """A client with a registry of its own; it connects to nothing."""
    return Do(registry=Registry())


ACTIONS: dict[str, Callable[[Do], Any]] = {
    "a call, name and handler": lambda do: do.action.create(name="send", handler=send, description="d"),
    "a call, id and execute": lambda do: do.action.create(id="send", execute=send, description="d"),
    "a call, name and execute": lambda do: do.action.create(name="send", execute=send, description="d"),
    "a call, id and handler": lambda do: do.action.create(id="send", handler=send, description="d"),
    "both, and the same": lambda do: do.action.create(  # type: ignore[call-overload]
        id="send", name="send", execute=send, handler=send, description="d"
    ),
    "a decorator, name": lambda do: do.action.create(name="send", description="d")(send),
    "a decorator, id": lambda do: do.action.create(id="send", description="d")(send),
    "the class": lambda do: Action(do=do, name="send", handler=send, description="d"),
    "the class, id and execute": lambda do: Action(do=do, id="send", execute=send, description="d"),
}


@pytest.mark.parametrize("spelling", list(ACTIONS))
def test_an_action(spelling: str, do: Do) -> None:
    """Each spelling gives the same action, registered under its name."""
    action = ACTIONS[spelling](do)
    assert isinstance(action, Action)
    assert (action.name, action.id, action.description, action.version, action.reference) == (
        "send", "send", "d", "1", "send@1",
    )  # fmt: skip
    assert (do.registry.actions.find("send"), action.definition.handler) == (action.definition, send)
    assert repr(action) == "<action 'send@1'>"


@pytest.mark.parametrize("spelling", list(ACTIONS))
async def test_an_action_can_be_awaited(spelling: str, do: Do) -> None:
    """Awaiting what ``create`` gives yields itself, as the documents have it, and as often as one likes."""
    action = ACTIONS[spelling](do)
    assert (await action is action, await action is action) == (True, True)


async def test_an_action_is_its_function(do: Do) -> None:
    """Called with no server around, an action runs the plain function, and looks like it."""
    action = do.action.create(name="send", handler=send)
    assert await action("u1", template="bye") == "bye to u1"
    assert (action.__doc__, action.__wrapped__, action.__module__) == ("Send one e-mail.", send, __name__)
    assert inspect.signature(action) == inspect.signature(send)


def test_an_action_by_its_name(do: Do) -> None:
    """A name, with a version or without, is an action that need not be defined here."""
    for found in (do.action("send@2"), dosdk_temporal.action("send@2")):
        assert (type(found), found.name, repr(found)) == (ActionReference, "send@2", "<action 'send@2'>")


def test_options_reach_the_definition(do: Do) -> None:
    """Every option of ``create`` is in the definition, in its own terms."""
    action = do.action.create(
        name="send", handler=send, retry=5, timeout="2m", total_timeout=None, heartbeat=3, local=True, version=2
    )
    options = action.definition.options
    assert (options.retry, options.timeout, options.total_timeout, options.heartbeat) == (
        Retry(5), timedelta(minutes=2), None, timedelta(seconds=3),
    )  # fmt: skip
    assert (action.definition.local, action.version, action.reference) == (True, "2", "send@2")


def test_the_class_takes_the_same_options(do: Do) -> None:
    """``Action(...)`` takes what ``create`` takes."""
    options: dict[str, Any] = {"retry": {"maxAttempts": 2}, "timeout": 9, "version": "1.1", "local": True}
    made = Action(do=do, name="a", handler=send, **options).definition
    created = do.action.create(name="b", handler=send, **options).definition
    assert (made.options, made.version, made.local) == (created.options, created.version, created.local)


NEEDS = "an action needs a name and a handler: Action(name='send-welcome-email', handler=send)"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            lambda do: do.action.create(),
            "an action needs a name: do.action.create(name='send-welcome-email', handler=...)",
        ),
        (
            lambda do: do.action.create(handler=send),
            "an action needs a name: do.action.create(name='send-welcome-email', handler=...)",
        ),
        (lambda do: Action(do=do, name="send"), NEEDS),
        (lambda do: Action(do=do, handler=send), NEEDS),
        (lambda do: do.action.create(name="a", id="b", handler=send), "name= and id= mean the same: give one of them"),
        (
            lambda do: do.action.create(name="a", handler=send, execute=other),
            "handler= and execute= mean the same: give one of them",
        ),
        (lambda do: do.action.create(name="a", handler="send"), "the handler of action 'a' is 'send': give a function"),
        (lambda do: do.action.create(name="a")(5), "the handler of action 'a' is 5: give a function"),
        (
            lambda do: do.action.create(name="", handler=send),
            "the action name must be text of 1 to 200 characters, not ''",
        ),
        (
            lambda do: do.action.create(name=5, handler=send),
            "the action name must be text of 1 to 200 characters, not 5",
        ),
        (
            lambda do: do.action.create(name="a", timeout=0),
            "timeout=0 leaves no time: give more than zero, or None for no limit",
        ),
        (
            lambda do: do.action.create(name="a", retry=0),
            "max_attempts=0 counts attempts, the first included: 1 or more, or None",
        ),
        (
            lambda do: do.action.create(name="a", handler=send, version="new"),
            "version='new' is not a version: write numbers and dots, like '2' or '2.1'",
        ),
        (
            lambda do: do.action.create(name="a", handler=send, description=None),
            "the description of action 'a' is text, not None",
        ),
    ],
)
def test_actions_that_cannot_be(wrong: Callable[[Do], Any], message: str, do: Do) -> None:
    """A wrong spelling is refused where it stands, with what to write, and registers nothing."""
    with pytest.raises(DefinitionError) as refused:
        wrong(do)
    assert (str(refused.value), len(do.registry.actions)) == (message, 0)


@pytest.mark.parametrize("make", [lambda do: do.action.create, lambda do: lambda **given: Action(do=do, **given)])
def test_an_option_that_does_not_exist(make: Callable[[Do], Any], do: Do) -> None:
    """A misspelt option is refused by its name."""
    with pytest.raises((TypeError, DefinitionError), match="retries"):
        make(do)(name="a", handler=send, retries=3)


def test_another_handler_under_a_used_name(do: Do) -> None:
    """A used name is refused for another handler, with where the first stands; the same handler may come again."""
    do.action.create(name="send", handler=send)
    do.action.create(name="send", handler=send)
    with pytest.raises(DefinitionError) as refused:
        do.action.create(name="send")(other)
    assert str(refused.value) == (
        f"the action name 'send' is taken by send ({__file__}:{send.__code__.co_firstlineno}): "
        "choose another name, or give another version="
    )


WORKFLOWS: dict[str, Callable[[Do], Any]] = {
    "a call": lambda do: do.workflow.create(name="onboard", handler=onboard, description="d"),
    "a call, plural": lambda do: do.workflows.create(name="onboard", handler=onboard, description="d"),
    "a decorator": lambda do: do.workflow.create(name="onboard", description="d")(onboard),
}


@pytest.mark.parametrize("spelling", list(WORKFLOWS))
async def test_a_workflow(spelling: str, do: Do) -> None:
    """Each spelling gives the same workflow, registered under its name; it can be awaited."""
    workflow = WORKFLOWS[spelling](do)
    assert await workflow is workflow
    assert (workflow.name, workflow.id, workflow.definition.description) == ("onboard", "onboard", "d")
    assert (do.registry.workflows.find("onboard"), workflow.__doc__) == (workflow.definition, "Take one user on.")
    assert repr(workflow) == "<workflow 'onboard'>"


def test_a_workflow_in_another_version(do: Do) -> None:
    """A workflow's id is its name, and its version where that is not 1."""
    assert do.workflow.create(name="onboard", handler=onboard, version=2).id == "onboard@2"
    assert [definition.version for definition in do.registry.workflows] == ["2"]


async def test_a_workflow_is_its_function(do: Do) -> None:
    """Called with a trigger, a workflow runs the plain handler; called with anything else it says what to write."""
    workflow = do.workflow.create(name="onboard", handler=onboard)
    trigger = Trigger({"user_id": "u1"}, "direct", None, "e", datetime(2027, 1, 1, tzinfo=UTC))
    assert await workflow(trigger) == "u1"
    with pytest.raises(DefinitionError, match="was called like a function outside a workflow: write await"):
        workflow({"user_id": "u1"})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            lambda do: do.workflow.create(handler=onboard),
            "a workflow needs a name: do.workflow.create(name='new-user-onboarding', handler=...)",
        ),
        (
            lambda do: do.workflow.create(name="w", handler=other),
            "the handler of workflow 'w' is not async: write 'async def', it awaits its actions",
        ),
        (
            lambda do: do.workflow.create(name="w", handler=onboard, timeout="soon"),
            "timeout='soon' is not a duration: write seconds as a number, a timedelta, or text like '90s', '3d', '1h30m'",
        ),
        (
            lambda do: do.workflow.create(name="w", handler=onboard, retry="often"),
            "retry='often' is not a retry strategy: give a Retry, a number of attempts, or the documented dictionary",
        ),
        (
            lambda do: do.workflow.create(name="w", handler=onboard, trigger={"event": ""}),
            (
                "the trigger of workflow 'w' has event='': write {'event': 'user.created'}, "
                "{'schedule': '0 9 * * 1', 'timezone': 'Europe/Berlin'} or {'direct': True}"
            ),
        ),
        (
            lambda do: do.workflow.create(name="w", handler=onboard, trigger="user.created"),
            (
                "the trigger of workflow 'w' is 'user.created': write {'event': 'user.created'}, "
                "{'schedule': '0 9 * * 1', 'timezone': 'Europe/Berlin'} or {'direct': True}"
            ),
        ),
    ],
)
def test_workflows_that_cannot_be(wrong: Callable[[Do], Any], message: str, do: Do) -> None:
    """A wrong workflow is refused where it stands, and registers nothing."""
    with pytest.raises(DefinitionError) as refused:
        wrong(do)
    assert (str(refused.value), len(do.registry.workflows)) == (message, 0)


def test_the_two_words_for_workflows_are_one(do: Do) -> None:
    """``do.workflow`` and ``do.workflows`` are one object; so are those of the default client."""
    assert do.workflow is do.workflows
    assert dosdk_temporal.workflow is dosdk_temporal.workflows is dosdk_temporal.client.workflow
    assert dosdk_temporal.action is dosdk_temporal.client.action


def test_the_default_registry() -> None:
    """A definition belongs to the registry that all share, unless a client has its own; ``Action(...)`` to the shared one."""
    shared, own = Do(), Do(registry=Registry())
    known = dosdk_temporal.client.registry.actions
    try:
        made = [shared.action.create(name="test-shared", handler=send), Action(name="test-class", handler=send)]
        own.action.create(name="test-own", handler=send)
        found = [known.find(name) for name in ("test-shared", "test-class", "test-own")]
    finally:
        for name in ("test-shared", "test-class"):
            known._versions.pop(name, None)
    assert found == [made[0].definition, made[1].definition, None]


CALLS: dict[str, Callable[[Do], Awaitable[Any]]] = {
    "by name": lambda do: do.action.run("send", {"user": 1}),
    "by name, a field": lambda do: do.action.run("send", user=1),
    "execute": lambda do: do.action.execute(name="send", params={"user": 1}),
    "invoke": lambda do: do.action("send").invoke({"user": 1}),
    "the action itself": lambda do: do.action.create(name="send", handler=send).execute({"user": 1}),
    "given to run": lambda do: do.action.run(do.action.create(name="send", handler=send), {"user": 1}),
}


@pytest.mark.parametrize("spelling", list(CALLS))
async def test_an_input_that_does_not_fit_needs_no_server(spelling: str, do: Do) -> None:
    """Where the handler is known, a wrong input is refused at the caller, in every spelling, with nothing started."""
    do.action.create(name="send", handler=send)
    with pytest.raises(InputError) as refused:
        await CALLS[spelling](do)
    assert (
        str(refused.value)
        == "the input of action 'send' does not fit: user_id: is required; user: is not a field of it"
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda do: do.action.run(""), "an action is called by its name: the name given is empty"),
        (lambda do: do.action.run(5), "a name is text, not 5"),
        (
            lambda do: do.action.run("send@new"),
            "'send@new' asks for version 'new': write numbers and dots after the @, like 'charge@2'",
        ),
        (
            lambda do: do.action.run("send", {"user_id": "u"}, user_id="v"),
            "user_id: given in the mapping and by name",
        ),
        (lambda do: do.action.run("send", 5, user_id="v"), "fields by name (user_id) go with a mapping, not with int"),
        (
            lambda do: do.action.run("send", {"user_id": object()}),
            (
                "the input of action 'send' cannot be written as JSON at user_id: a value of type object; "
                "pass plain values, models or dataclasses"
            ),
        ),
        (
            lambda do: do.action.run("send", user_id="u", idempotency_key=""),
            "the idempotency_key must be text of 1 to 200 characters, not ''",
        ),
        (lambda do: do.workflows.start(""), "a workflow is started by its name: the name given is empty"),
        (lambda do: do.workflows.start("w", id=""), "the id must be text of 1 to 200 characters, not ''"),
        (
            lambda do: do.workflows.start("w", priority=6),
            "priority=6 does not fit: give a number from 1 (first) to 5 (last)",
        ),
        (lambda do: do.workflows.start("w", delay=-1), "delay=-1 is negative: a duration is zero or more"),
        (
            lambda do: do.workflows.start("w", {"a": {1, object()}}),
            (
                "the input of workflow 'w' cannot be written as JSON at a: a value of type set; "
                "pass plain values, models or dataclasses"
            ),
        ),
    ],
)
async def test_calls_that_cannot_be(wrong: Callable[[Do], Awaitable[Any]], message: str, do: Do) -> None:
    """What cannot be meant is refused before anything is sent."""
    with pytest.raises(InputError) as refused:
        await wrong(do)
    assert str(refused.value) == message


class InAWorkflow:
    """Where a workflow's code runs, as far as a call of a function asks."""

    kind = "workflow"


def test_a_function_called_in_a_workflow(do: Do) -> None:
    """Inside a workflow the plain function is refused with the call to write instead."""
    action = do.action.create(name="send", handler=send)
    token = CURRENT.set(InAWorkflow())  # type: ignore[arg-type] # the little that is asked
    try:
        with pytest.raises(DefinitionError) as refused:
            action("u1")  # type: ignore[unused-coroutine]
    finally:
        CURRENT.reset(token)
    assert str(refused.value) == (
        "action 'send' was called like a function in a workflow, where it would leave no record: "
        "write await do.action.run('send', {...})"
    )
