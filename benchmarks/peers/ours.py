"""The approval with this SDK."""

from __future__ import annotations

import sys

from dosdk_temporal import Do, Trigger

do = Do()


# begin worker
@do.workflow.create(name="fulfil-order")
async def fulfil(trigger: Trigger) -> dict[str, str | None]:
    decision = await do.wait_for_approval("manager", approvers=["ann"], timeout="3d")
    return {"status": "approved" if decision.approved else "rejected", "by": decision.by}


# end worker


# begin decider
def approve(execution_id: str) -> None:
    do.sync.approvals.decide(execution_id, "manager", approved=True, by="ann")


# end decider

if __name__ == "__main__":
    approve(sys.argv[1])
