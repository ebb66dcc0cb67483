"""One approval, written with each system: ask, wait three days at most, and say who decided.

Each program is complete on the worker's side and on the decider's, as its own documentation would write it. What is counted is
in ``docs/comparison.md``; a test counts again.
"""
