"""Programs for maintainers: screenshots, benchmarks, visitors.

May import: the whole project. Nothing imports them.
"""
