"""The sentences that `export` puts a script together from. <name> is filled in by it."""

from __future__ import annotations

HEAD = '''"""<title>

Written by the makemore lab. Put <list> beside it and run: python <script>
It needs nothing but PyTorch and prints the losses that the lab has shown.
"""

from __future__ import annotations

import random

import torch
from torch import Tensor

torch.set_num_threads(1)  # as in the lab: more threads add in another order, and round differently

# --- the words'''

LAYERS = """
# --- the layers, as the lab has them

"""
MODEL = """
# --- the model and its first weights
"""

WORDS = {
    "read": """
with open("<list>", encoding="utf-8", newline="\\n") as file:
    words = file.read().split("\\n")
stoi = {letter: i for i, letter in enumerate(sorted(set("".join(words))), start=1)}
# 0 is the end mark, before the first letter and after the last one""",
    "dot_is_end": """
stoi = {letter: i for i, letter in enumerate(sorted(set(stoi) - {"."}), start=1)} | {".": 0}""",
    "examples": '''

def examples(words):
    """Which letters came before, which one follows: X (N, <block_size>), Y (N,)"""
    X, Y = [], []
    for word in words:
        context = [0] * <block_size>
        for target in [*(stoi[letter] for letter in word), 0]:
            X.append(context)
            Y.append(target)
            context = [*context[1:], target]
    return torch.tensor(X), torch.tensor(Y)

''',
    "split": """random.Random(<split_seed>).shuffle(words)
n1, n2 = int(0.8 * len(words)), int(0.9 * len(words))
parts = {"train": words[:n1], "dev": words[n1:n2], "test": words[n2:]}""",
}

EVALUATE = '''
# --- evaluation

def forward(x, training):
    """Contexts (B, <block_size>) -> logits (B, V)"""
    for layer in layers:
        layer.training = training
        x = layer(x)
    return x


@torch.no_grad()
def mean_loss(X, Y):
    """The mean over all examples, in nats, with BatchNorm's running statistics"""
    total = 0.0
    for rows in torch.arange(len(Y)).split(<chunk>):
        total += cross_entropy(forward(X[rows], False), Y[rows]).item() * len(rows)
    return total / len(Y)


# --- training'''

LOSSES = """
# --- losses
for name, part in parts.items():
    print(f"{name}: {mean_loss(*examples(part)):.6f}")"""

LOOP = {
    "parameters": "parameters = [p for layer in layers for p in layer.parameters()]",
    "requires_grad": "for p in parameters:\n    p.requires_grad_()",
    "before_patience": '''dev, best = examples(parts["dev"]), None


def look(step):
    """Remember the weights with which dev was lowest"""
    global best
    loss = mean_loss(*dev)
    if best is None or loss < best[0]:
        best = loss, step, [{name: tensor.detach().clone() for name, tensor
                             in layer.tensors().items()} for layer in layers]

''',
    "begin": """schedule = <schedule>  # from which step, which rate
for step in range(<steps>):
    lr = [rate for start, rate in schedule if start <= step][-1]""",
    "look": "    if step % <look> == 0:\n        look(step)",
    "batch": """    rows = torch.randint(0, len(Y), (<batch>,), generator=g)
    x, y = X[rows], Y[rows]""",
    "all": "    x, y = X, Y",
    "hand_loss": """    logits = forward(x, True)
    loss = cross_entropy(logits, y)
    grad = cross_entropy_backward(logits, y)
    for layer in reversed(layers):
        grad = layer.backward(grad)""",
    "hand_l2": """    W = layers[<last>].weight
    W.grad += <l2> * 2 * W / W.numel()
    loss = loss + <l2> * (W**2).mean()""",
    "autograd_loss": """    for p in parameters:
        p.grad = None
    loss = torch.nn.functional.cross_entropy(forward(x, True), y)""",
    "autograd_l2": "    loss = loss + <l2> * (layers[<last>].weight**2).mean()",
    "autograd_backward": "    loss.backward()",
    "sgd": """    with torch.no_grad():
        for p in parameters:
            p += -lr * p.grad""",
    "adamw": """    optimiser.param_groups[0]["lr"] = lr
    optimiser.step()""",
    "report": """    if step % <every> == 0 or step == <steps> - 1:
        print(f"step {step}: {loss.item():.6f}")""",
    "out_of_patience": "    if step + 1 - best[1] > <patience>:\n        break",
    "take_best": """look(step + 1)
for layer, tensors in zip(layers, best[2]):
    for name, tensor in tensors.items():
        with torch.no_grad():
            getattr(layer, name).copy_(tensor)""",
    "calibrate": """with torch.no_grad():  # BatchNorm's statistics from the whole training set
    x = X
    for layer in layers:
        if isinstance(layer, BatchNorm1d):
            dims = layer.averaged(x)
            layer.running_mean, layer.running_<spread> = x.mean(dims), x.<spread>(dims)
        layer.training = False
        x = layer.forward(x)""",
}
