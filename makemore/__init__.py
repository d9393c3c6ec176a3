"""makemore: character-level language models from scratch, in PyTorch.

The modules of the spine follow the order of the data, and each knows only those before it:

vocabulary -> examples -> ngram -> layers -> models -> recipes -> evaluation -> training -> dice ->
sampling -> probe

Import rule: nothing here imports gradio, plotly or matplotlib, nor anything of `visualize`.
Importing the package itself imports nothing else: pick the module that you need.
"""

__version__ = "0.2.0"
