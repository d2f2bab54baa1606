"""Articles printed anew in layouts and citation styles of many kinds, with exact truth, to measure reading by.

See README.md; ``python -m benchmarks.layouts --help``.
"""
