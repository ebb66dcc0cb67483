"""Outside: the image's health check; ends with 0 where the worker in this container says that it is ready."""

import http.client
import os
import sys


def problem(port: int) -> str | None:
    """Ask the worker whether it is ready.

    Not by `urllib`, which obeys `HTTP_PROXY`: a proxy cannot reach this container's loopback.

    Args:
        port: the health port on this host.

    Returns:
        What is wrong, as a sentence for `docker inspect`; None where the worker is ready.
    """
    connection = http.client.HTTPConnection("localhost", port, timeout=3)
    try:
        connection.request("GET", "/health/ready")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"no answer on port {port}: {error}"
    finally:
        connection.close()
    return None if status == http.HTTPStatus.OK else f"not ready: {status}"


if __name__ == "__main__":
    sys.exit(problem(int(os.environ["DO_HEALTH_PORT"])))
