"""Outside: pictures as SVG, by the renderer that is installed."""

from __future__ import annotations

import shutil
import subprocess
from typing import Final

from dosdk_temporal.errors import DoError

__all__ = ["svg_of"]

_RENDERER: Final = "mmdc"
"""The command of Mermaid's own command line."""


def svg_of(text: str) -> bytes:
    """The picture of a Mermaid text.

    Raises:
        DoError: when no renderer is there, or it fails.
    """
    renderer = shutil.which(_RENDERER)
    if renderer is None:
        raise DoError(
            "no renderer is on the PATH: install mermaid-cli (npm install -g @mermaid-js/mermaid-cli), or leave --svg out "
            "and paste the text where Mermaid is shown, as in a Markdown file"
        )
    command = [renderer, "--input", "-", "--output", "-", "--outputFormat", "svg", "--quiet"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)  # noqa: S603 - what the PATH has
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["it does not say why"]
        raise DoError(f"{_RENDERER} could not draw the picture: {said[-1]}")
    return done.stdout
