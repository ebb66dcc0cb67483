"""Outside: the templates that the installed packages publish.

A package publishes some by an entry point of the group ``dosdk_temporal.templates``, whose value is a package that holds a folder
for each::

    [project.entry-points."dosdk_temporal.templates"]
    acme = "acme_flows.templates"
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from dosdk_temporal._cli.templates.template import MANIFEST, Template, read_template
from dosdk_temporal._pure.similar import did_you_mean
from dosdk_temporal.errors import DoError, NotFoundError

__all__ = ["GROUP", "Found", "find_templates"]

GROUP: Final = "dosdk_temporal.templates"
_OURS: Final = "dosdk"


@dataclass
class Found:
    """What there is.

    Attributes:
        templates: by name.
        warnings: what could not be read and why, a line each.
    """

    templates: dict[str, Template] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def get(self, name: str) -> Template:
        """The template of that name.

        Raises:
            NotFoundError: with the one that may be meant.
        """
        if name not in self.templates:
            advice = did_you_mean(name, self.templates) or f"there are {', '.join(self.templates) or 'none'}"
            raise NotFoundError(f"there is no template {name!r}: {advice}")
        return self.templates[name]


def find_templates() -> Found:
    """Read every template; one that cannot be read, or whose package cannot be imported, is a warning and no more.

    Those of this package come first, and no other takes their names.
    """
    found = Found()
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name != _OURS, point.name))
    for point in points:
        try:
            folders = list(_folders(point))
        except Exception as error:  # noqa: BLE001 - whatever another package does wrong must not hide the rest
            found.warnings.append(f"the templates of {point.name!r} cannot be read: {type(error).__name__}: {error}")
            continue
        for folder in folders:
            _add(found, folder, point.name)
    return found


def _folders(point: EntryPoint) -> Iterator[Traversable]:
    held = sorted(files(point.load()).iterdir(), key=lambda entry: entry.name)
    return (entry for entry in held if entry.is_dir() and (entry / MANIFEST).is_file())


def _add(found: Found, folder: Traversable, package: str) -> None:
    taken = found.templates.get(folder.name)
    if taken is not None:
        found.warnings.append(
            f"template {folder.name!r} of {package!r} is left out: {taken.package!r} has that name too"
        )
        return
    try:
        found.templates[folder.name] = read_template(folder, package)
    except (DoError, OSError, UnicodeDecodeError) as error:
        found.warnings.append(f"template {folder.name!r} of {package!r} cannot be read: {error}")
