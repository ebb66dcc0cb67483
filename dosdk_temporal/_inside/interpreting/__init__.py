"""Inside: declarative workflows on Temporal: the text that a run is pinned to, and what its steps do."""
