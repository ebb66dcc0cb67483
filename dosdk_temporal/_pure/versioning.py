"""Pure: whether the runs of a workflow stay with the build of the workers that began them."""

from __future__ import annotations

from typing import Final

from dosdk_temporal.errors import DefinitionError

__all__ = ["check_versioning"]

_WORDS: Final = ("pinned", "auto_upgrade")


def check_versioning(word: object, workflow: str) -> None:
    """Refuse what is neither word.

    Raises:
        DefinitionError: naming both.
    """
    if word not in _WORDS:
        raise DefinitionError(
            f"versioning={word!r} of workflow {workflow!r} is neither 'pinned' (its runs stay with the build that began them) "
            "nor 'auto_upgrade' (they move to the current one)"
        )
