"""What only a picture needs: measurements of lists, models and runs.

May import: the spine, `corpora` and `checkpoint`. The spine imports nothing from here.
"""
