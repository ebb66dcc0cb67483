"""Outside: what the server recorded of a run, and what it tells: its steps, its trail, its figures."""
