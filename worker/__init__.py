"""Outside: this project's worker process; ``python -m worker`` starts it."""
