"""Pure: the door: a path, a text or a mapping in, a checked definition out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from dosdk_temporal._pure.declarative.checks import check_definition
from dosdk_temporal._pure.declarative.document import Document
from dosdk_temporal._pure.declarative.ids import settle_ids
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.problem import Problem
from dosdk_temporal._pure.declarative.problems import Problems, until_enough
from dosdk_temporal._pure.declarative.reading import read_document
from dosdk_temporal._pure.declarative.source import MAX_BYTES, TOO_LARGE
from dosdk_temporal._pure.declarative.workflow_shape import read_workflow
from dosdk_temporal._pure.definition_files import is_definition_file
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.schemas.schema import Schema
from dosdk_temporal.errors import DefinitionError

__all__ = ["Checked", "check_definition_file", "check_definition_text", "load_definition", "refusal"]

_TOLD: Final = 5
"""Faults that the error's one line tells; its problems are all of them."""


@dataclass(frozen=True)
class Checked:
    """What came of a text.

    Attributes:
        definition: what was read; None where a fault refuses it.
        problems: every fault, in the order of the text.
        document: knows the lines of the text.
        read: as far as it could be read, also with faults; None where nothing could.
    """

    definition: Definition | None
    problems: tuple[Problem, ...]
    document: Document
    read: Definition | None = None

    @property
    def name(self) -> str | None:
        """The definition's, also of one with faults; None where it has none."""
        return self.read.name if self.read else None


def load_definition(
    given: Path | str | bytes | Mapping[str, Any],
    *,
    name: str | None = None,
    service: bool = False,
    registry: Registry | None = None,
) -> Definition:
    """A definition, checked.

    Args:
        given: the path of a YAML or JSON file (a ``pathlib.Path``, or text that ends in ``.yaml``, ``.yml`` or ``.json``), the
            text itself, or a mapping in which schemas may be those of ``z`` or pydantic models.
        name: for a definition that has none.
        service: whether it is a service, whose result is a mapping of ids to outputs unless it says more.
        registry: whose functions and workflows it may call; None where none are known yet.

    Raises:
        DefinitionError: naming every fault; its ``problems`` say where each is and what to do. Warnings alone raise nothing.
    """
    if isinstance(given, str) and "\n" not in given and is_definition_file(given):
        given = Path(given)
    options: Any = {"name": name, "service": service, "registry": registry}
    checked = (
        check_definition_file(given, **options) if isinstance(given, Path) else check_definition_text(given, **options)
    )
    if checked.definition is None:
        raise refusal(checked)
    return checked.definition


def check_definition_text(
    given: str | bytes | Mapping[str, Any],
    *,
    file: str | None = None,
    name: str | None = None,
    service: bool = False,
    registry: Registry | None = None,
    workflows: Mapping[str, Schema | None] = MappingProxyType({}),
) -> Checked:
    """Everything that is to be said of a definition: see :func:`load_definition`; it never raises for what is written.

    Args:
        given: text or mapping.
        file: its name, for the places.
        name: for a definition that has none.
        service: whether it is a service.
        registry: whose functions and workflows it may call.
        workflows: what other workflows take that it may call besides, by ``name`` and ``name@version``.
    """
    problems = Problems()
    document, is_read = read_document(given, file, problems)
    definition = None
    with until_enough():
        if is_read:
            definition = _definition(document, problems, name, service)
            check_definition(definition, registry, workflows, problems)
    accepted = None if problems.refuses else definition
    return Checked(accepted, problems.located(document), document, definition)


def check_definition_file(file: Path, **options: Any) -> Checked:
    """What :func:`check_definition_text` says of a file; one that cannot be read has that fault.

    Args:
        file: its path, YAML or JSON.
        **options: of :func:`check_definition_text`.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        return Checked(None, (Problem("unreadable", "$", message, file=str(file)),), Document(None, file=str(file)))
    return check_definition_text(data, file=str(file), **options)


def refusal(*checked: Checked) -> DefinitionError:
    """The error of texts that have faults."""
    problems = tuple(problem for each in checked for problem in each.problems)
    errors = [problem for problem in problems if problem.severity == "error"]
    told = "; ".join(f"{problem.place}: {problem}" if problem.place else str(problem) for problem in errors[:_TOLD])
    more = f"; and {len(errors) - _TOLD} more" if len(errors) > _TOLD else ""
    count = "a fault" if len(errors) == 1 else f"{len(errors)} faults"
    owner = "the definition has" if len(checked) == 1 else "the definitions have"
    return DefinitionError(f"{owner} {count}: {told}{more}", problems=problems)


def _definition(document: Document, problems: Problems, name: str | None, service: bool) -> Definition:
    form = read_workflow(document, problems, name)
    if service:
        form["service"] = True
    settle_ids(form, problems)
    definition = Definition.of(form)
    if not problems.refuses and len(definition.text.encode()) > MAX_BYTES:
        problems.error("too-large", (), *TOO_LARGE)
    return definition
