"""Lecture 4: the chain of 26 tensors, each gradient by hand, and mistakes to make in them.

May import: the spine up to `training`.
"""
