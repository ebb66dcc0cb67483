"""Outside: ``python -m worker [MODULE…]``: serve the project's actions and workflows until SIGTERM.

MODULE is a name that can be imported or the path of a file; default: ``activities`` and ``workflows``.

The environment says the rest: where the server is (``TEMPORAL_ADDRESS``, ``TEMPORAL_NAMESPACE``, ``DO_API_KEY``), whose
work it does (``DO_TASK_QUEUE``), which build of a deployment it is (``DO_DEPLOYMENT``, ``DO_BUILD_ID``), what gives it
secrets' values (``DO_SECRETS``), where it tells its health (``DO_HEALTH_PORT``, ``DO_HEALTH_HOST``), how it logs
(``DO_LOG_FORMAT``, ``DO_LOG_LEVEL``) and where traces go (``OTEL_EXPORTER_OTLP_ENDPOINT``).
"""

from __future__ import annotations

import argparse
import sys

from dosdk_temporal import client
from dosdk_temporal._worker.health import port_from_environment
from dosdk_temporal._worker.process import run_worker
from dosdk_temporal.errors import DefinitionError

DEFAULT_MODULES = ("activities", "workflows")


def main() -> None:
    """Serve; the process ends with status 0 after a drain and 1 after an error."""
    parser = argparse.ArgumentParser(
        prog="python -m worker", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", metavar="MODULE", nargs="*", default=DEFAULT_MODULES)
    modules = parser.parse_args().modules
    try:
        port = port_from_environment()
    except DefinitionError as error:
        sys.exit(f"error: {error}")
    run_worker(client, modules, health_port=port)


if __name__ == "__main__":
    main()
