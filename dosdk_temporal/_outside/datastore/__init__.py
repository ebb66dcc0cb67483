"""Outside: the Datastore: its tables, their twin in memory, and the activity by which workflows use it."""
