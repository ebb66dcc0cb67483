"""Typed programs that are checked and never run."""
