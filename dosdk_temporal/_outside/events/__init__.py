"""Outside: events: kept in the database, brought to the runs that wait, and the start of those that subscribe."""
