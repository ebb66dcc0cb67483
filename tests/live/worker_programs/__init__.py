"""The programs that the tests of worker processes run, and what launches them."""
