"""Long searches for differences and crashes; the tests run short ones of the same."""
