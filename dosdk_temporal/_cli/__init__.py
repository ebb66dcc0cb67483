"""Outside: the command line ``dosdk``. Its modules import temporalio only within the commands that need it."""
