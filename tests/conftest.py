"""What all tests share."""

import signal

# A shell that starts a command in the background lets it ignore Ctrl-C, and so what it starts: those tests would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)
