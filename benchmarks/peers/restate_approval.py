"""The approval with Restate. A promise is resolved once; a handler of its own checks who resolves it."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

import httpx
import restate

# begin worker
orders = restate.Workflow("fulfil-order")


@orders.main()
async def run(ctx: restate.WorkflowContext, order_id: str) -> dict[str, str | None]:
    decided = ctx.promise("manager").value()
    match await restate.select(decision=decided, timeout=ctx.sleep(timedelta(days=3))):
        case ["decision", decision]:
            return {"status": "approved" if decision["approved"] else "rejected", "by": decision["by"]}
        case _:
            return {"status": "rejected", "by": None}


@orders.handler()
async def decide(ctx: restate.WorkflowSharedContext, decision: dict[str, Any]) -> None:
    if decision["by"] != "ann":
        raise restate.TerminalError(f"{decision['by']} may not decide")
    await ctx.promise("manager").resolve(decision)


app = restate.app([orders])


# end worker


# begin decider
def approve(ingress: str, workflow_id: str) -> None:
    url = f"{ingress}/fulfil-order/{workflow_id}/decide"
    httpx.post(url, json={"approved": True, "by": "ann"}).raise_for_status()


# end decider

if __name__ == "__main__":
    approve(*sys.argv[1:])
