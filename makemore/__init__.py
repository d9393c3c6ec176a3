"""makemore: character-level language models from scratch, in PyTorch.

The modules follow the way of the data, and each knows only those before it:

corpora -> vocabulary -> windows -> models -> training -> checkpoint -> sampling and probe

Import rule: nothing here imports gradio, plotly or matplotlib, nor anything of ``visualize``.
Importing the package itself imports nothing else: pick the module that you need.
"""
