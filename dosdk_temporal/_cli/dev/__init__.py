"""Outside: ``dosdk dev``: the server, the worker, and what restarts the worker."""
