"""Secrets, on a real server: they travel by their names, and their values are written nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr
from temporalio.exceptions import ApplicationError

from dosdk_temporal import ActionContext, ActionError, DefinitionError, InputError, NotFoundError, Secret, WorkflowError
from dosdk_temporal._pure.revealed import REVEALED
from dosdk_temporal._pure.secret_values import anywhere, use_rule
from dosdk_temporal.testing import TestDo, replay

VALUE = "sk_live_4eC39HqLyjWDarjt"
STRIPE = Secret("STRIPE_KEY")
CUSTOMERS: dict[str, str] = {}


class Charge(BaseModel):
    """An input with a secret in it."""

    amount: int
    key: Secret
    spare: Secret | None = None


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("STRIPE_KEY", VALUE)
    yield
    REVEALED.forget()


async def _written(do: TestDo, *ids: str) -> str:
    """All that the server has of runs."""
    client = (await do.connection()).client
    histories = [await client.get_workflow_handle(run).fetch_history() for run in ids]
    return json.dumps([history.to_json_dict() for history in histories])


async def test_a_secret_travels_by_its_name(do: TestDo, serve: Callable[..., Any]) -> None:
    """A secret goes from a client through a workflow into a model of an action, which alone sees its value."""

    @do.action.create(name="charge")
    async def charge(charge: Charge) -> dict[str, Any]:
        return {"seen": len(charge.key.value()), "key": charge.key, "spare": charge.spare}

    @do.workflow.create(name="pay")
    async def pay(trigger: Any) -> Any:
        first = await do.action.run("charge", {"amount": 1, "key": trigger.payload["key"]})
        second = await do.action.run("charge", {"amount": 2, "key": STRIPE, "spare": Secret("OTHER")})
        return [first, second]

    async with serve():
        execution = await do.workflows.start("pay", {"key": STRIPE})
        result = await execution.result()
    name = {"$secret": "STRIPE_KEY"}
    assert result == [
        {"seen": len(VALUE), "key": name, "spare": None},
        {"seen": len(VALUE), "key": name, "spare": {"$secret": "OTHER"}},
    ]
    assert VALUE not in await _written(do, execution.id)


async def test_a_definition_passes_a_secret_by_its_name(do: TestDo, serve: Callable[..., Any]) -> None:
    """A document passes a secret as what it is in JSON."""

    @do.action.create(name="sign")
    def sign(text: str, key: Secret) -> str:
        return f"{text}/{len(key.value())}"

    do.workflows.create({
        "name": "signing",
        "steps": [{"id": "sign", "function": "sign", "input": {"text": "a", "key": {"$secret": "STRIPE_KEY"}}}],
    })  # fmt: skip
    async with serve():
        assert await do.workflows.execute("signing") == f"a/{len(VALUE)}"


async def test_what_is_refused_in_a_workflow_is_refused_again_on_replay(
    do: TestDo, serve: Callable[..., Any], tmp_path: Path
) -> None:
    """A call with a secret's value in it is an InputError in the handler, which can go on; the same on every replay.

    Also where the process that replays the run knows of no secret.
    """

    @do.action.create(name="look")
    def look(key: Secret) -> int:
        return len(key.value())

    @do.action.create(name="send")
    def send(headers: dict[str, Any]) -> str:
        return "sent"

    @do.workflow.create(name="careless")
    async def careless(trigger: Any) -> Any:
        await do.action.run("send", {"headers": {"X": "nothing"}})
        await do.action.run("look", {"key": STRIPE})
        told: list[str] = []
        for value in (f"Bearer {VALUE}", SecretStr("hunter2")):
            try:
                await do.action.run("send", {"headers": {"Authorization": value}})
            except InputError as error:
                told.append(error.message)
                await do.action.run("send", {"headers": {"Authorization": STRIPE}})
        await do.action.run("look", {"key": STRIPE})
        return told

    async with serve():
        execution = await do.workflows.start("careless")
        told = await execution.result()
        written = await _written(do, execution.id)
    REVEALED.forget()
    use_rule(anywhere)
    (tmp_path / "careless.json").write_text(json.dumps(json.loads(written)[0]))
    await replay(tmp_path, registry=do.registry)
    advice = "and have the action ask for its value(); or encrypt payloads with DO_ENCRYPTION_KEY"
    holds, at = "the input of action 'send' holds", "at headers.Authorization: let it travel by its name,"
    assert told == [
        f"{holds} the value of secret 'STRIPE_KEY' {at} Secret('STRIPE_KEY'), {advice}",
        f"{holds} a value that pydantic keeps secret {at} Secret('NAME'), {advice}",
    ]
    assert VALUE not in written
    assert "hunter2" not in written


async def test_a_replay_in_a_process_that_knows_more(do: TestDo, serve: Callable[..., Any]) -> None:
    """What was sent before its value was known to be secret is not refused by a replay that knows it."""

    @do.action.create(name="echo")
    def echo(text: str) -> int:
        return len(text)

    @do.action.create(name="learn")
    def learn() -> None:
        STRIPE.value()

    @do.workflow.create(name="late")
    async def late(trigger: Any) -> Any:
        first = await do.action.run("echo", {"text": VALUE})
        await do.action.run("learn")
        return first

    async with serve():
        assert await do.workflows.execute("late") == len(VALUE)


async def test_a_result_with_a_value(do: TestDo, serve: Callable[..., Any]) -> None:
    """An action, and a workflow, whose result holds a secret's value fail once with an InputError that does not show it."""
    runs: list[int] = []
    undone: list[Any] = []

    def undo(outcome: str) -> None:
        undone.append(outcome)

    @do.action.create(name="leak", compensate=undo)
    def leak() -> dict[str, str]:
        runs.append(1)
        return {"token": STRIPE.value()}

    @do.workflow.create(name="leaking")
    async def leaking(trigger: Any) -> Any:
        await do.action.run("leak")

    @do.workflow.create(name="hiding")
    async def hiding(trigger: Any) -> Any:
        return {"token": SecretStr("hunter2")}

    async with serve():
        errors = {}
        for name in ("leaking", "hiding"):
            with pytest.raises(WorkflowError) as failed:
                await do.workflows.execute(name)
            assert isinstance(failed.value.cause, InputError)
            errors[name] = failed.value.cause.message.partition(":")[0]
            assert VALUE not in await _written(do, str(failed.value.execution_id))
    assert errors == {
        "leaking": "the result of action 'leak' holds the value of secret 'STRIPE_KEY' at token",
        "hiding": "the result of workflow 'hiding' holds a value that pydantic keeps secret at token",
    }
    assert (runs, undone) == ([1], ["unknown"])


async def test_an_error_with_a_value(do: TestDo, serve: Callable[..., Any]) -> None:
    """What an action raises is told with *** in place of a secret's value: its causes and the trail of attempts too."""

    @do.action.create(name="call", retry={"maxAttempts": 2, "initialDelay": 1})
    def call() -> None:
        headers = {"Authorization": f"Bearer {STRIPE.value()}"}
        try:
            _ = CUSTOMERS[json.dumps(headers)]
        except KeyError as error:
            raise ConnectionError(f"401 for key {STRIPE.value()}!") from error

    @do.workflow.create(name="calling")
    async def calling(trigger: Any) -> Any:
        await do.action.run("call")

    @do.action.create(name="carry", retry={"maxAttempts": 1})
    def carry() -> None:
        raise ApplicationError("nothing left", {"key": STRIPE.value()})

    async with serve():
        with pytest.raises(WorkflowError) as failed:
            await do.workflows.execute("calling")
        with pytest.raises(ActionError, match="nothing left"):
            await do.action.run("carry")
        status = await do.workflows.get_status(str(failed.value.execution_id), include_audit_trail=True)
        written = await _written(do, str(failed.value.execution_id))
    assert (failed.value.cause or failed.value).message == "401 for key ***!"
    assert [entry.error["message"] for entry in status.audit_trail or () if entry.error][:2] == ["401 for key ***!"] * 2
    assert VALUE not in f"{written}{status!r}"
    assert "Bearer ***" in written
    assert "test_secrets.py" in written


async def test_where_a_value_is_not_to_be_had(do: TestDo, serve: Callable[..., Any]) -> None:
    """A workflow's handler cannot resolve a secret; a missing one fails its action at once, and names what to set."""
    runs: list[int] = []

    @do.action.create(name="ask")
    def ask(secret: Secret) -> None:
        runs.append(1)
        secret.value()

    @do.workflow.create(name="asking")
    async def asking(trigger: Any) -> Any:
        try:
            return STRIPE.value()
        except DefinitionError as error:
            return error.message

    async with serve():
        told = await do.workflows.execute("asking")
        with pytest.raises(NotFoundError) as missing:
            await do.action.run("ask", {"secret": Secret("NOBODY_SET_IT")})
    assert told == (
        "the value of secret 'STRIPE_KEY' is asked for in a workflow, and only an action may have it: pass the Secret itself to "
        "the action, whose handler calls value()"
    )
    assert (runs, missing.value.attempts) == ([1], 1)
    assert missing.value.message == (
        "action 'ask' asks for secret 'NOBODY_SET_IT', which its worker has not: set the environment variable NOBODY_SET_IT "
        "where the worker runs, or give the worker secrets="
    )


async def test_what_else_holds_no_value(do: TestDo) -> None:
    """Inputs, signals, events, records and heartbeats are refused where they hold the value of a secret; a resolver gives it."""

    @do.action.create(name="beat")
    def beat(context: ActionContext, key: Secret) -> list[str]:
        told = []
        for tell in (lambda: context.heartbeat({"at": [key.value()]}), lambda: do.record_metric("key", key.value())):
            try:
                tell()  # type: ignore[no-untyped-call]
            except InputError as error:
                told.append(error.message.partition(":")[0])
        return told

    async with do.worker(secrets={"vault/key": VALUE}.get):
        told = await do.action.run("beat", {"key": Secret("vault/key")})
        run = do.workflows.get("nobody")
        for refused in (
            do.action.run("beat", {"key": VALUE}),
            do.workflows.start("any", [{"key": VALUE}]),
            do.workflows.schedule("any", cron_expression="@daily", input=VALUE),
            run.signal("any", {"key": VALUE}),
            do.events.emit("any", {"key": VALUE}),
            do.datastore.set("any", {"key": VALUE}),
            do.datastore.update("any", {"key": SecretStr(VALUE)}),
        ):
            with pytest.raises(InputError) as error:
                await refused
            told.append(error.value.message.partition(":")[0])
        with pytest.raises(NotFoundError, match="the worker's secrets= gives nothing for it"):
            await do.action.run("beat", {"key": STRIPE})
    holds = "holds the value of secret 'vault/key' at"
    assert told == [
        f"the input of the heartbeat of action 'beat' {holds} at[0]",
        "the input of metric 'key' holds the value of secret 'vault/key'",
        f"the input of action 'beat' {holds} key",
        f"the input of workflow 'any' {holds} [0].key",
        "the input of workflow 'any' holds the value of secret 'vault/key'",
        f"the input of signal 'any' {holds} key",
        f"the input of event 'any' {holds} key",
        f"the input of the Datastore's key 'any' {holds} key",
        "the input of the Datastore's key 'any' holds a value that pydantic keeps secret at key",
    ]


class Login(BaseModel):
    """Whose password pydantic hides."""

    user: str
    password: SecretStr


async def test_where_payloads_are_encrypted(
    do: TestDo, serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With encrypted payloads a hidden value travels as it is and is hidden again, and a resolved one may be a result."""
    monkeypatch.setenv("DO_ENCRYPTION_KEY", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG")

    @do.action.create(name="login")
    def login(login: Login) -> dict[str, Any]:
        return {"login": login, "token": STRIPE.value(), "length": len(login.password.get_secret_value())}

    @do.workflow.create(name="encrypted", input=Login)
    async def encrypted(trigger: Any) -> Any:
        first = await do.action.run("login", trigger.payload)
        again = await do.wait_for_approval("again", form=Login)
        return [first, again.form.password.get_secret_value(), await do.action.run("login", again.form)]

    async with serve():
        execution = await do.workflows.start("encrypted", Login(user="ann", password=SecretStr("hunter2")))
        await execution.approve("again", form=Login(user="ann", password=SecretStr("hunter3")))
        result = await execution.result()
        written = await _written(do, execution.id)
    assert result == [
        {"login": {"user": "ann", "password": "hunter2"}, "token": VALUE, "length": 7},
        "hunter3",
        {"login": {"user": "ann", "password": "hunter3"}, "token": VALUE, "length": 7},
    ]
    assert "hunter" not in written
    assert VALUE not in written
