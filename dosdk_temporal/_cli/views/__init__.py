"""Outside: what people are shown of runs, steps and definitions."""
