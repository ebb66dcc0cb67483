"""Outside: recorded histories as files: JSON, as Temporal's Web UI and command line write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from google.protobuf.json_format import ParseError
from temporalio.client import WorkflowHistory

from dosdk_temporal._worker.replaying.outcome import Recorded
from dosdk_temporal.errors import InputError, NotFoundError

__all__ = ["read_files", "recorded_of", "write_file"]

_LONGEST: Final = 150


def read_files(paths: Sequence[str | Path]) -> Iterator[Recorded]:
    """The histories of files, and of folders whose ``.json`` files, at any depth, are meant.

    Raises:
        NotFoundError: when a path is nothing, or a folder holds none.
        InputError: when a file is no history.
    """
    for path in paths:
        for file in _files(Path(path)):
            yield _read(file)


def recorded_of(history: WorkflowHistory, file: str | None = None) -> Recorded:
    """A history with what its first event says of it."""
    return Recorded(history, history.events[0].workflow_execution_started_event_attributes.workflow_type.name, file)


def write_file(recorded: Recorded, folder: Path) -> Path:
    """Write a history into a folder, which is made where it is missing, under the names of workflow and run."""
    folder.mkdir(parents=True, exist_ok=True)
    history = recorded.history
    name = re.sub(r"[^A-Za-z0-9._-]+", "_", f"{recorded.workflow}-{history.workflow_id}")[:_LONGEST]
    file = folder / f"{name}-{history.run_id[:8]}.json"
    file.write_text(json.dumps(history.to_json_dict(), indent=1) + "\n")
    return file


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise NotFoundError(f"there is no file or folder {str(path)!r} in {Path.cwd()}")
    found = sorted(file for file in path.rglob("*.json") if file.is_file()) if path.is_dir() else [path]
    if not found:
        raise NotFoundError(f"the folder {str(path)!r} holds no histories: their files end in .json")
    return found


def _read(file: Path) -> Recorded:
    try:
        history = _history(json.loads(file.read_text()), file.stem)
    except (ValueError, LookupError, TypeError, AttributeError, ParseError, OSError) as error:
        raise InputError(
            f"{str(file)!r} is no recorded history{_reason(error)}: write one with 'dosdk replay --save DIR', the Web UI, "
            "or 'temporal workflow show --output json'"
        ) from None
    return recorded_of(history, str(file))


def _history(told: Any, default_id: str) -> WorkflowHistory:
    """Of what the Web UI, Temporal's command line or this one wrote; none of them says the workflow's id beside the events."""
    events = told["events"] if isinstance(told, dict) else told
    started = events[0]["workflowExecutionStartedEventAttributes"]
    if not started["workflowType"]["name"]:
        raise ValueError("it does not say of which workflow it is")
    return WorkflowHistory.from_json(started.get("workflowId") or default_id, {"events": events})


def _reason(error: Exception) -> str:
    return f" ({error})" if isinstance(error, json.JSONDecodeError | OSError | ParseError) else ""
