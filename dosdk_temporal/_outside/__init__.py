"""Outside: actions as activities, and what a client asks of the server."""
