"""Inside: what runs as workflow code: deterministic, replayed, without I/O."""
