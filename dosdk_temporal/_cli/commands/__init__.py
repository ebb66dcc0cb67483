"""Outside: the commands of ``dosdk``, one a file."""
