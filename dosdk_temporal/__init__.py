"""The .do SDK."""
