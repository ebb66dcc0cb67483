"""Outside: pytest fixtures: a server for the session, a client on a queue of its own."""
