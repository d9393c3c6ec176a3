"""A run as a short script, and as a notebook: needs only PyTorch, gives the same loss.

The layers in the script are the source of layers.py itself, without what this run does not use; so
the script computes what the lab computed, operation for operation, and the digits agree.
"""

from __future__ import annotations

import ast
import inspect
import io
import zipfile
from collections.abc import Callable, Set

from makemore import layers as layers_module
from makemore import lecture_norms as norms_module
from makemore.checkpoint.notebook import as_notebook
from makemore.checkpoint.script import EVALUATE, HEAD, LAYERS, LOOP, LOSSES, MODEL, WORDS
from makemore.evaluation import CHUNK
from makemore.layers import (
    BatchNorm1d,
    Embedding,
    FlattenConsecutive,
    Layer,
    Linear,
    OneHot,
    cross_entropy,
    cross_entropy_backward,
)
from makemore.lecture_norms import Lecture3BatchNorm, Lecture5BatchNorm
from makemore.training import Run

SCRIPT, NOTEBOOK, LIST = "train.py", "train.ipynb", "words.txt"
MOST_REPORTS = 20


def export_zip(run: Run, *, title: str) -> bytes:
    """train.py, the same as train.ipynb, and words.txt in one zip file."""
    out, script = io.BytesIO(), as_script(run, title=title)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(SCRIPT, script)
        file.writestr(NOTEBOOK, as_notebook(script))
        file.writestr(LIST, "\n".join(run.words))
    return out.getvalue()


def as_script(run: Run, *, title: str) -> str:
    """The script of a run: of the steps that it has taken, or of all if it has not begun.

    It reads words.txt, one word a line, from the folder where it is started.
    """
    recipe, steps = run.recipe, run.step or run.recipe.steps
    settings = {
        "title": title.replace("\\", "/").replace('"""', "'''"),
        "list": LIST,
        "script": SCRIPT,
        "seed": recipe.seed,
        "steps": steps,
        "every": max(1, -(-steps // MOST_REPORTS)),
        "block_size": recipe.model.block_size,
        "schedule": recipe.lr,
        "chunk": CHUNK,
        "patience": recipe.patience * recipe.evaluate_every,
        "look": recipe.evaluate_every,
    }
    parts = [
        HEAD,
        *_words(run),
        LAYERS,
        _classes(run),
        MODEL,
        _model(run),
        _weights(run),
        _optimiser(run),
        EVALUATE,
        *_training(run, finished=_finished(run)),
        LOSSES,
    ]
    for key, value in settings.items():
        parts = [part.replace(f"<{key}>", str(value)) for part in parts]
    return "\n".join(parts) + "\n"


def _finished(run: Run) -> bool:
    """Whether what is done once, at the end of a run, belongs into the script."""
    recipe = run.recipe
    patient = bool(
        recipe.patience
        and run.best
        and run.step - run.best.step > recipe.patience * recipe.evaluate_every
    )
    return run.step in (0, recipe.steps) or patient


# --- words ----------------------------------------------------------------------------------------


def _words(run: Run) -> list[str]:
    """Reading, encoding and splitting, as this recipe does it."""
    recipe, lines = run.recipe, [WORDS["read"]]
    if recipe.dot_is_end:
        lines.append(WORDS["dot_is_end"])
    lines.append(WORDS["examples"])
    if recipe.first_words is not None:
        lines.append(f"words = words[:{recipe.first_words}]")
    if recipe.split_seed is None:
        lines.append('parts = {"train": words}')
    elif len(run.words[: recipe.first_words]) < 10:
        lines.append('parts = {"train": words, "dev": words, "test": words}  # too few to split')
    else:
        lines.append(WORDS["split"].replace("<split_seed>", str(recipe.split_seed)))
    return [*lines, 'X, Y = examples(parts["train"])']


# --- layers ---------------------------------------------------------------------------------------


def _classes(run: Run) -> str:
    """The source of every class that the model uses, and of the loss."""
    used = {base for layer in run.net.layers for base in type(layer).__mro__}
    known = {**vars(layers_module), **vars(norms_module)}.values()  # in the order of their sources
    things = [value for value in known if isinstance(value, type) and value in used - {Layer}]
    unused = {"init", "title", "saturates"} | (
        {"back", "backward"} if run.recipe.autograd else set()
    )
    base = unused | {"forward", "back"} | (set() if run.recipe.patience else {"tensors"})
    sources = [
        _source(Layer, without=base),
        *(_source(thing, without=unused) for thing in things),
        _source(cross_entropy),
    ]
    if not run.recipe.autograd:
        sources.append(_source(cross_entropy_backward))
    return "\n\n".join(sources)


def _source(thing: type | Callable, *, without: Set[str] = frozenset()) -> str:
    """The source of a class or function: without these members, docstrings in one line."""
    lines = inspect.getsource(thing).rstrip().splitlines()
    (whole,) = ast.parse("\n".join(lines)).body
    assert isinstance(whole, (ast.FunctionDef, ast.ClassDef))
    for part in reversed([whole, *whole.body]):
        if _name(part) in without:
            first = part.lineno - 1
            while not lines[first - 1].strip():
                first -= 1  # and the empty lines before it
            del lines[first : part.end_lineno]
        elif isinstance(part, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(part):
            said = part.body[0]
            opening = lines[said.lineno - 1].removesuffix('"""')
            lines[said.lineno - 1 : said.end_lineno] = [opening + '"""']
    return "\n".join(lines) + "\n"


def _name(part: ast.stmt) -> str:
    """What a member of a class is called: a method, or a value that is assigned once."""
    if isinstance(part, ast.Assign):
        return ast.unparse(part.targets[0])
    return getattr(part, "name", "")


def _model(run: Run) -> str:
    made = "\n".join(f"    {_made(layer)}," for layer in run.net.layers)
    return f"layers = [\n{made}\n]"


def _made(layer: Layer) -> str:
    """The line that makes this layer."""
    name = type(layer).__name__
    if isinstance(layer, OneHot):
        return f"{name}({layer.vocab_size})"
    if isinstance(layer, FlattenConsecutive):
        return f"{name}({layer.n})"
    if isinstance(layer, Embedding):
        return f"{name}({', '.join(map(str, layer.weight.shape))})"
    if isinstance(layer, Linear):
        bias = "" if layer.bias is not None else ", bias=False"
        return f"{name}({', '.join(map(str, layer.weight.shape))}{bias})"
    if isinstance(layer, BatchNorm1d):
        positions = f", positions={layer.positions}" if isinstance(layer, Lecture5BatchNorm) else ""
        return f"{name}({len(layer.gamma)}{positions})"
    return f"{name}()"


def _weights(run: Run) -> str:
    """What `start_weights` draws, one line per tensor; factors of 1 are left out."""
    start, lines = run.recipe.start, [f"g = torch.Generator().manual_seed({run.recipe.seed})"]
    if start.norm_noise:
        lines.append(f"noise = torch.Generator().manual_seed({run.recipe.seed + 1})")
    linears = [layer for layer in run.net.layers if isinstance(layer, Linear)]
    for i, layer in enumerate(run.net.layers):
        if isinstance(layer, Embedding):
            lines.append(f"layers[{i}].weight = {_randn(layer.weight.shape)}")
        elif isinstance(layer, Linear):
            last = layer is linears[-1]
            lines += _linear(i, layer, run, last=last)
        elif isinstance(layer, BatchNorm1d) and start.norm_noise:
            drawn = _randn(layer.gamma.shape, "noise")
            lines += [
                f"layers[{i}].gamma = 1.0 + {start.norm_noise!r} * {drawn}",
                f"layers[{i}].beta = {start.norm_noise!r} * {drawn}",
            ]
    if isinstance(run.net.layers[-1], BatchNorm1d) and start.last_gamma != 1:
        lines.append(f"layers[-1].gamma = layers[-1].gamma * {start.last_gamma!r}")
    if run.recipe.batch_seed is not None:
        lines.append(
            f"g = torch.Generator().manual_seed({run.recipe.batch_seed})  # of the minibatches"
        )
    return "\n".join(lines)


def _linear(i: int, layer: Linear, run: Run, *, last: bool) -> list[str]:
    start, fan_in = run.recipe.start, layer.weight.shape[0]
    gain, by_fan_in = (
        (start.output_gain, start.output_fan_in) if last else (start.gain, start.fan_in)
    )
    times = f" * {gain!r}" if gain != 1 else ""
    over = f" / {fan_in} ** 0.5" if by_fan_in else ""
    scaled = over + times if last else times + over  # the order of rounding
    lines = [f"layers[{i}].weight = {_randn(layer.weight.shape)}{scaled}"]
    bias = start.output_bias if last else start.bias
    if layer.bias is not None and bias is not None:
        lines.append(f"layers[{i}].bias = {_randn(layer.bias.shape)} * {bias!r}")
    return lines


def _randn(shape: tuple[int, ...], generator: str = "g") -> str:
    return f"torch.randn({', '.join(map(str, shape))}, generator={generator})"


# --- training -------------------------------------------------------------------------------------


def _optimiser(run: Run) -> str:
    recipe, lines = run.recipe, [LOOP["parameters"]]
    if recipe.autograd:
        lines.append(LOOP["requires_grad"])
    if recipe.optimiser == "adamw":
        lines.append(
            f"optimiser = torch.optim.AdamW(parameters, lr={recipe.lr_at(0)!r}, "
            f"weight_decay={recipe.weight_decay!r})"
        )
    return "\n".join(lines)


def _training(run: Run, *, finished: bool) -> list[str]:
    """The loop over the steps, and what is done once after it."""
    recipe = run.recipe
    last = [i for i, layer in enumerate(run.net.layers) if isinstance(layer, Linear)][-1]
    kind = "autograd" if recipe.autograd else "hand"
    lines = [
        LOOP["before_patience"] if recipe.patience else "",
        LOOP["begin"],
        LOOP["look"] if recipe.patience else "",
        LOOP["all" if recipe.batch_size is None else "batch"].replace(
            "<batch>", str(recipe.batch_size)
        ),
        LOOP[f"{kind}_loss"],
    ]
    if recipe.l2:
        lines.append(
            LOOP[f"{kind}_l2"].replace("<l2>", repr(recipe.l2)).replace("<last>", str(last))
        )
    lines += [
        LOOP["autograd_backward"] if recipe.autograd else "",
        LOOP[recipe.optimiser],
        LOOP["report"],
        LOOP["out_of_patience"] if recipe.patience else "",
    ]
    if finished and recipe.patience:
        lines.append(LOOP["take_best"])
    if finished and recipe.calibrate:
        norm3 = any(isinstance(layer, Lecture3BatchNorm) for layer in run.net.layers)
        lines.append(LOOP["calibrate"].replace("<spread>", "std" if norm3 else "var"))
    return [line for line in lines if line]
