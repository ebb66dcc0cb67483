"""What the process has imported from which :mod:`tests.forked` forks."""

import gc
import importlib
import pkgutil

import dosdk_temporal

# The last is what a command line imports when it first reads its arguments.
_NAMES = ["tests.forked", "temporalio.worker", "sqlalchemy.ext.asyncio", "aiosqlite", "typer._adapters", "pytest"]
_OURS = [module.name for module in pkgutil.walk_packages(dosdk_temporal.__path__, "dosdk_temporal.")]

for _name in _NAMES + [name for name in _OURS if "testing" not in name and not name.endswith("__main__")]:
    importlib.import_module(_name)

gc.collect()
gc.freeze()  # so that no process looks through all that again
