"""What all tests share."""

import signal

from hypothesis import HealthCheck, settings

# A shell that starts a command in the background lets it ignore Ctrl-C, and so what it starts: those tests would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How fast a machine is says nothing about what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
