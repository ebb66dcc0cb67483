"""Outside: the function that gives a worker process its secrets' values, named as ``module:function``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from operator import attrgetter
from typing import Final

from dosdk_temporal._outside.secrets import Resolver, check_resolver
from dosdk_temporal._pure.similar import did_you_mean
from dosdk_temporal._worker.modules import load_modules
from dosdk_temporal.errors import DefinitionError, NotFoundError

__all__ = ["named_resolver"]

_NAMED: Final = re.compile(r"(?P<module>.+\.py|\w+(?:\.\w+)*):(?P<function>[^\W\d]\w*(?:\.[^\W\d]\w*)*)")


def named_resolver(name: str | None, environ: Mapping[str, str] = os.environ) -> Resolver | None:
    """The resolver of a worker process.

    Args:
        name: ``package.module:function`` or ``path/to/file.py:function``; what is within a class or an object has more dots.
            Default ``DO_SECRETS``, else None: secrets come from the environment.
        environ: where ``DO_SECRETS`` is looked for.

    Raises:
        NotFoundError: when there is no such module, or it has no such function.
        DefinitionError: when importing the module fails, what is named is no plain function, or nothing is named so.
    """
    asked = name or environ.get("DO_SECRETS")
    if not asked:
        return None
    given_as = "--secrets" if name else "DO_SECRETS"
    named = _NAMED.fullmatch(asked)
    if named is None:  # what is given is not shown: it may be a secret itself
        raise DefinitionError(
            f"{given_as} names no function: write 'package.module:function', or 'file.py:function', of the one that gives a "
            "secret's value by its name"
        )
    (module,) = load_modules((named["module"],))
    try:
        found = attrgetter(named["function"])(module)
    except AttributeError:
        public = [known for known in vars(module) if not known.startswith("_")]
        advice = did_you_mean(named["function"], public) or "name one that it defines"
        raise NotFoundError(f"{given_as}: {named['module']} has no {named['function']!r}: {advice}") from None
    return check_resolver(found)
