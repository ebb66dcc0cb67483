"""Outside: what the SDK costs, mostly as ratios within one run: ``python -m benchmarks``.

Absolute times on a shared machine say little, ratios a lot, if both sides are measured in one run, turn by turn, and
two identical variants say first how much of a ratio is noise. Where a bound is a time all the same, it is of CPU, and
the least of many rounds is held to it. None of this is a timed test.
"""
