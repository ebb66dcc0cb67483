"""The approval with DBOS Transact. The first message decides: one by somebody else would end the wait, and nobody is answered."""

from __future__ import annotations

import os
import sys

from dbos import DBOS, DBOSClient, DBOSConfig

URL = os.environ.get("DBOS_URL", "sqlite:///dbos.sqlite")


# begin worker
@DBOS.workflow()
def fulfil_order(order_id: str) -> dict[str, str | None]:
    decision = DBOS.recv("manager", timeout_seconds=3 * 24 * 3600)
    if decision is None or decision["by"] != "ann":
        return {"status": "rejected", "by": None}
    return {"status": "approved" if decision["approved"] else "rejected", "by": decision["by"]}


def serve() -> None:
    config: DBOSConfig = {"name": "orders", "system_database_url": URL}
    DBOS(config=config)
    DBOS.launch()


# end worker


# begin decider
def approve(workflow_id: str) -> None:
    client = DBOSClient(system_database_url=URL)
    client.send(workflow_id, {"approved": True, "by": "ann"}, "manager")


# end decider

if __name__ == "__main__":
    approve(sys.argv[1])
