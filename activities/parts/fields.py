"""Types of the actions' inputs."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

__all__ = ["Email", "Inputs", "Text"]

_EMAIL: Final = re.compile(r"""[^\s@,;:<>()\[\]\\"]+@[^\s@,;:<>()\[\]\\"]+""")
"""One address and nothing else: what separates addresses, or starts another header, does not pass."""


def _one_address(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError("must be one e-mail address")
    return text.lower()


Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_one_address)]
"""An e-mail address, in lower case, so that one person is one row however the address is typed."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
"""Some text, not empty."""


class Inputs(BaseModel):
    """The inputs of an action: in Python by their own names, in JSON in camelCase; no others."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid", frozen=True
    )
