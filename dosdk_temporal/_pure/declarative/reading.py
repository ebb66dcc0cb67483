"""Pure: from whatever holds a definition to a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dosdk_temporal._pure.declarative.document import Document, Spot
from dosdk_temporal._pure.declarative.json_text import read_json
from dosdk_temporal._pure.declarative.problems import Problems, until_enough
from dosdk_temporal._pure.declarative.python_mapping import read_mapping
from dosdk_temporal._pure.declarative.source import decode, is_json
from dosdk_temporal._pure.declarative.yaml_text import read_yaml

__all__ = ["read_document"]


def read_document(
    given: bytes | str | Mapping[str, Any], file: str | None, problems: Problems
) -> tuple[Document, bool]:
    """The document, and whether it could be read to its end; one that could not still knows where its faults are.

    Args:
        given: YAML or JSON text, or a mapping.
        file: its name; ``.json`` is read as JSON, all else as YAML unless it begins like JSON.
        problems: is told every fault.
    """
    if isinstance(given, Mapping):
        return read_mapping(given, problems), True
    source = decode(given, file, problems)
    document = None
    with until_enough():
        if not problems.refuses:
            document = read_json(source, problems) if is_json(source) else read_yaml(source, problems)
    unread = Document(None, source.text, file, {(): Spot(0, 0)})
    return document or unread, document is not None
