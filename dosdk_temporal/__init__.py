"""Pure: the .do SDK for Python, run by a Temporal server: ``from dosdk_temporal import Do``.

Importing it imports no temporalio; that happens when a client or a worker first needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dosdk_temporal import z
from dosdk_temporal._client.action import Action
from dosdk_temporal._client.default import default_do
from dosdk_temporal._client.do import Do
from dosdk_temporal._pure.calls import ActionResult
from dosdk_temporal._pure.decisions import Decision
from dosdk_temporal._pure.events import Event
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.retry import Retry
from dosdk_temporal._pure.retry_later import RetryLater
from dosdk_temporal._pure.secret import Secret
from dosdk_temporal._pure.status import ExecutionStatus
from dosdk_temporal._pure.trigger import Trigger
from dosdk_temporal.errors import (
    ActionError,
    ActionNestingError,
    ActionTimeoutError,
    ApprovalError,
    ConflictError,
    DefinitionError,
    DoError,
    InputError,
    LinkError,
    NotFoundError,
    OutputError,
    PayloadTooLargeError,
    ServerUnavailableError,
    WaitTimeoutError,
    WorkflowError,
)

if TYPE_CHECKING:
    from dosdk_temporal._client.execution import Execution
    from dosdk_temporal._client.schedule import Schedule
    from dosdk_temporal._outside.context import ActionContext
    from dosdk_temporal._outside.transactions.transaction import Transaction

__version__ = "0.1.0"

__all__ = [
    "Action",
    "ActionContext",
    "ActionError",
    "ActionNestingError",
    "ActionResult",
    "ActionTimeoutError",
    "ApprovalError",
    "ConflictError",
    "Decision",
    "DefinitionError",
    "Do",
    "DoError",
    "Event",
    "Execution",
    "ExecutionStatus",
    "InputError",
    "LinkError",
    "NotFoundError",
    "OutputError",
    "PayloadTooLargeError",
    "Registry",
    "Retry",
    "RetryLater",
    "Schedule",
    "Secret",
    "ServerUnavailableError",
    "Transaction",
    "Trigger",
    "WaitTimeoutError",
    "WorkflowError",
    "action",
    "approvals",
    "client",
    "datastore",
    "events",
    "service",
    "workflow",
    "workflows",
    "z",
]

client = default_do()
action = client.action
approvals = client.approvals
datastore = client.datastore
events = client.events
service = client.service
workflow = client.workflow
workflows = client.workflows

_LATER = {
    "ActionContext": "dosdk_temporal._outside.context",
    "Execution": "dosdk_temporal._client.execution",
    "Schedule": "dosdk_temporal._client.schedule",
    "Transaction": "dosdk_temporal._outside.transactions.transaction",
}


def __getattr__(name: str) -> Any:
    """Names whose modules need temporalio or structlog: imported when they are asked for."""
    if name in _LATER:
        from importlib import import_module  # noqa: PLC0415

        value = globals()[name] = getattr(import_module(_LATER[name]), name)
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
