"""`python -m makemore reproduce`: every number that the notebooks print, beside ours.

printed  -> what has to come out
measures, nets -> how each number is measured; finals and runs: the trainings of minutes
expected -> what was printed of one recipe, for whoever watches it train
report   -> the comparison, as a table on the screen and as Markdown
command  -> the command line
"""
