"""Where words come from: bundled lists, files, pasted text, Codeforces.

May import: nothing else of the project.
"""
