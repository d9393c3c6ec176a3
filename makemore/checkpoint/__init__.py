"""Trained models on disk: save and load, check what is read, export as a script.

May import: the spine up to `training`, and `corpora`.
"""
