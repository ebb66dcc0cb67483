"""What all tests share."""

import os
import signal

from hypothesis import HealthCheck, settings

from tests.databases import database_url, module_database_url, postgresql

# Here and nowhere else: a fixture that a module imports is the module's own, and so would be its PostgreSQL server.
__all__ = ["database_url", "module_database_url", "postgresql"]

# A shell that starts a command in the background lets it ignore Ctrl-C, and so what it starts: those tests would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A development server whose memory is a test session's spends a seventh less time when it collects garbage more rarely.
os.environ.setdefault("GOGC", "400")

# How fast a machine is says nothing about what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
