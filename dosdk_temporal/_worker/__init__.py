"""Outside: the process that runs handlers."""
