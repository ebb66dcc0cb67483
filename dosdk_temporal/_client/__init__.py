"""Outside: the client that users type: ``Do`` and what hangs from it."""
