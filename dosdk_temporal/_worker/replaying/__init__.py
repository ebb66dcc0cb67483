"""Outside: recorded runs replayed against the code there is now, and where the two part."""
