"""`python -m makemore reproduce`: every number that the notebooks print, beside ours.

printed  -> what has to come out
measures, nets -> how each number is measured; finals and runs: the trainings of minutes
report   -> the comparison, as a table on the screen and as Markdown
command  -> the command line
"""
