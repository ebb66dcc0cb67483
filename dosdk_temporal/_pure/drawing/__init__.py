"""Pure: definitions and runs as pictures."""
