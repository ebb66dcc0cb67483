"""Pure: what a simulated run meets, as a document says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from dosdk_temporal._pure.interpreter.world import World
from dosdk_temporal._pure.resolutions import read_resolution
from dosdk_temporal.errors import ActionError, ApprovalError, InputError

__all__ = ["world_of"]

_KEYS: Final = {
    "functions": "functions by name, each {returns: value}, {raises: {type, message}}, or a list of such answers in turn",
    "workflows": "workflows by name, likewise",
    "events": "lists of payloads by the event's name, in the order in which they are waited for",
    "approvals": "decisions by the step's id, {approved, by, comment, form}",
    "resolutions": "what becomes of a held step by its id, {resolution: retry, skip or fail, value}, or a list of them in turn",
}


def world_of(document: Any) -> World:
    """The world that fixtures describe.

    Raises:
        InputError: when something in them cannot be meant.
    """
    if not isinstance(document, Mapping):
        raise InputError(f"fixtures are a mapping with {', '.join(_KEYS)}")
    for key, value in document.items():
        if key not in _KEYS:
            raise InputError(f"fixtures have no {key!r}: they have {', '.join(_KEYS)}")
        if not isinstance(value, Mapping):
            raise InputError(f"{key} of the fixtures has to be a mapping: {_KEYS[key]}")
    return World(
        functions={name: _answers(name, said) for name, said in document.get("functions", {}).items()},
        workflows={name: _answers(name, said) for name, said in document.get("workflows", {}).items()},
        events={name: _listed(name, said) for name, said in document.get("events", {}).items()},
        approvals={name: _decision(name, said) for name, said in document.get("approvals", {}).items()},
        resolutions={name: _resolutions(name, said) for name, said in document.get("resolutions", {}).items()},
    )


def _answers(name: str, said: Any) -> Callable[[Any], Any]:
    several = said if isinstance(said, list) else [said]
    for answer in several:
        if not isinstance(answer, Mapping) or set(answer) not in ({"returns"}, {"raises"}):
            raise InputError(f"the fixture of {name!r} is {answer!r}: write {_KEYS['functions'].partition('each ')[2]}")
    turns = _turns(several)

    def answer_of(given: Any) -> Any:
        del given
        answer = next(turns)
        if "returns" in answer:
            return answer["returns"]
        told = answer["raises"] if isinstance(answer["raises"], Mapping) else {"message": str(answer["raises"])}
        raise ActionError(
            str(told.get("message", "failed")),
            type=str(told.get("type", "Error")),
            retryable=told.get("retryable") is not False,
        )

    return answer_of


def _turns(answers: list[Any]) -> Iterator[Any]:
    """Each in its turn; the last one from then on."""
    yield from answers[:-1]
    while True:
        yield answers[-1]


def _listed(name: str, said: Any) -> list[Any]:
    if not isinstance(said, list):
        raise InputError(f"events of {name!r} are {said!r}: write {_KEYS['events']}")
    return said


def _decision(name: str, said: Any) -> Mapping[str, Any]:
    if not isinstance(said, Mapping) or not isinstance(said.get("approved"), bool):
        raise InputError(f"the decision of {name!r} is {said!r}: write {_KEYS['approvals']}")
    return said


def _resolutions(name: str, said: Any) -> list[Mapping[str, Any]]:
    several = said if isinstance(said, list) else [said]
    for one in several:
        try:
            read_resolution(one)
        except ApprovalError as error:
            raise InputError(f"the resolution of {name!r} is {one!r}: {error}") from None
    return several
