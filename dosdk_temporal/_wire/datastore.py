"""Wire: the names by which a workflow's calls of the Datastore travel."""

from __future__ import annotations

from typing import Final

__all__ = ["BRIEF_BYTES", "USE_DATASTORE"]

USE_DATASTORE: Final = "dosdk.datastore"
"""The activity that carries out one call of the Datastore: ``{call, write_id}`` in; ``{answer}`` or ``{refusal}`` out, or
``{large: true}`` where a local one would answer more than :data:`BRIEF_BYTES`."""

BRIEF_BYTES: Final = 16 * 1024
"""What local activities answer goes to the server in one message with the workflow task; most records are far smaller."""
