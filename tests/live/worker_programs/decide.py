"""A program that knows a run's id and nothing else: ``decide.py ID BY``."""

import asyncio
import sys

from dosdk_temporal import approvals


async def main() -> None:
    """Approve, and print what became of it."""
    answer = await approvals.decide(sys.argv[1], approved=True, by=sys.argv[2], comment="from afar")
    print(answer.state, answer.name, answer.by)


asyncio.run(main())
