"""What the demo shows: one action by itself, a workflow of several, and where to look at it."""

from __future__ import annotations

from urllib.parse import quote

from activities import Delivery, read_outbox
from activities.parts.home import home
from dosdk_temporal import Do, ExecutionStatus
from dosdk_temporal._cli.following import follow
from dosdk_temporal._cli.output import console
from dosdk_temporal._cli.views.progress import LinesProgress
from dosdk_temporal._server import EmbeddedServer

__all__ = ["act_one", "act_two", "headline", "show_place"]

_CUSTOMER = {"name": "Ada Lovelace", "email": "ada.lovelace@acme.example"}


async def act_one(do: Do) -> None:
    """Call one action by its name, with no workflow around it."""
    headline("1. One action, called by its name: do.action.execute(name='create-user-in-db', params={...})")
    result = await do.action.execute(name="create-user-in-db", params=_CUSTOMER)
    console().print(f"  id        {result.id}")
    console().print(f"  status    {result.status}, attempts: {result.attempts}")
    console().print(f"  output    {result.output}")


async def act_two(do: Do) -> ExecutionStatus | None:
    """Run the documented onboarding, showing each step: where it stands at its end, None where a step did not complete."""
    headline("2. A workflow of several: do.workflows.start('new-user-onboarding', {...})")
    execution = await do.workflows.start("new-user-onboarding", {"email": _CUSTOMER["email"]})
    status = await follow(execution, LinesProgress(console()))
    failed = [step.id for step in status.steps if step.state != "completed"]
    if status.state == "completed" and not failed:
        console().print(f"  output    {status.output}")
        _show_deliveries([delivery for delivery in read_outbox() if delivery.key.startswith(f"{status.run_id}/")])
        return status
    console().print(f"\nThe demo failed: not every step completed: {', '.join(failed)}", style="red")
    return None


def _show_deliveries(deliveries: list[Delivery]) -> None:
    headline(f"3. What it delivered, to {home() / 'outbox.jsonl'}, because no mail server or CRM is configured")
    for delivery in deliveries:
        console().print(f"  {delivery.channel:<9} to {delivery.to}: {delivery.subject}")


def show_place(status: ExecutionStatus, server: EmbeddedServer) -> None:
    """Say where the run is to be seen."""
    headline("5. Where to look: this very run in Temporal's Web UI, its steps under their names")
    run = f"{quote(status.id, safe='')}/{status.run_id}"
    console().print(f"  {server.ui_url}/namespaces/default/workflows/{run}/history")


def headline(text: str) -> None:
    """Begin another part."""
    console().print(f"\n{text}", style="bold")
