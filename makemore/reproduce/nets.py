"""The measures that build or train a network, for a minute at most."""

from __future__ import annotations

import torch

from makemore.backprop.chain import backpropagate, exercise
from makemore.evaluation import mean_loss, random_guess, split_losses
from makemore.examples import make_examples
from makemore.models import build_model
from makemore.probe import Probe, probe
from makemore.recipes import RECIPES
from makemore.reproduce.finals import AT_STEP
from makemore.reproduce.measures import MEASURES, Measure, draw, measure
from makemore.reproduce.printed import Value
from makemore.reproduce.work import Work, next_batch
from makemore.training import Run, train
from makemore.vocabulary import Vocabulary

# --- how many numbers, and which shapes -----------------------------------------------------------


@measure(
    "mlp2d.params", "mlp.params", "bn.params", "deep.params", "manual.params", "wavenet.params"
)
def parameters(work: Work) -> dict[str, Value]:
    recipes = {
        "mlp2d.params": "mlp2d-all",
        "mlp.params": "mlp",
        "bn.params": "mlp-bn",
        "deep.params": "deep",
        "wavenet.params": "wavenet",
    }
    return {
        **{id: work.parameters(recipe) for id, recipe in recipes.items()},
        "manual.params": [
            work.parameters("manual-backprop-64"),
            work.parameters("manual-backprop"),
        ],
    }


@measure("handles.params", "handles.shapes")
def handles(work: Work) -> dict[str, Value]:
    recipe = RECIPES["wavenet-handles-notebook"]
    vocabulary = Vocabulary.of(work.words_of("handles"), dot_is_end=True)
    model = build_model(recipe.model, len(vocabulary)).train(False)
    model(torch.zeros(4, recipe.model.block_size, dtype=torch.int64))
    return {
        "handles.params": work.parameters(recipe.name),
        "handles.shapes": [list(layer.out.shape) for layer in model.layers],
    }


# --- losses of the first steps --------------------------------------------------------------------


def at_steps(recipe: str) -> Measure:
    """The entries of AT_STEP that are read from the first steps of this recipe."""
    steps = {id_: at.step for id_, at in AT_STEP.items() if at.recipe == recipe}

    def losses(work: Work) -> dict[str, Value]:
        run = work.trained(recipe, steps=max(steps.values()) + 1)
        return {id_: run.losses[step] for id_, step in steps.items()}

    return Measure(tuple(steps), losses)


LOOKED_AT_BELOW = ("one-layer", "deep")
MEASURES += [
    at_steps(recipe)
    for recipe in dict.fromkeys(at.recipe for at in AT_STEP.values())
    if recipe not in LOOKED_AT_BELOW
]


@measure("init.expected")
def no_idea(work: Work) -> dict[str, Value]:
    return {"init.expected": random_guess(len(work.vocabulary))}


# --- lecture 1's net ------------------------------------------------------------------------------


@measure(
    "net.emma",
    "net.step0",
    "net.step1",
    "net.step2",
    "net.step53",
    "dice.net.lecture1",
    "dice.net.notebook_d",
)
def one_layer(work: Work) -> dict[str, Value]:
    run = work.start("one-layer")
    emma = mean_loss(run.model, make_examples(["emma"], work.vocabulary, block_size=1))
    for _ in train(run):
        pass
    steps = {f"net.step{step}": run.losses[step] for step in (0, 1, 2, 53)}
    return {
        "net.emma": emma,
        **steps,
        "dice.net.lecture1": draw(work, run.model, die="coin", count=5),
        "dice.net.notebook_d": draw(work, run.model, die="race-mkl"),
    }


# --- lecture 3's deep net -------------------------------------------------------------------------


@measure(
    "deep.step0",
    "deep.1001",
    "deep.1001.test",
    "deep.saturation",
    "deep.grad_std",
    "deep.grad_std.all",
)
def deep_net(work: Work) -> dict[str, Value]:
    """1,000 steps, a look at the batch of the next one, and that step."""
    run = work.trained("deep", steps=1_000)
    inside = probe(run.net, next_batch(run))
    for _ in train(run):
        pass
    final = split_losses(run.model, run.split, run.vocabulary, block_size=run.model.block_size)
    return {
        "deep.step0": run.losses[0],
        "deep.1001": [final["train"], final["dev"]],
        "deep.1001.test": final["test"],
        **_of_the_tanhs(inside),
    }


def _of_the_tanhs(inside: Probe) -> dict[str, Value]:
    tanhs = inside.of_kind("Tanh")
    stds = [float(record.grad.std(ddof=1)) for record in tanhs]
    return {
        "deep.saturation": [100 * record.saturation for record in tanhs],
        "deep.grad_std": [stds[0], stds[-1]],
        "deep.grad_std.all": stds,
    }


# --- lecture 4's gradients ------------------------------------------------------------------------


@measure("manual.exact")
def exact_gradients(work: Work) -> dict[str, Value]:
    lesson = exercise(work.words)
    done = backpropagate(lesson.model, lesson.batch)
    return {"manual.exact": sum(record.exact for record in done.records)}


@measure("manual.grads")
def hundred_steps(work: Work) -> dict[str, Value]:
    """Train by hand, and at each step ask autograd for the same gradients."""
    run, largest = work.start("manual-backprop"), 0.0
    for _ in range(100):
        theirs = _by_autograd(run)
        next(train(run, steps=1))
        ours = [p.grad for p in run.model.parameters()]
        largest = max(largest, *((a - b).abs().max().item() for a, b in zip(ours, theirs)))
    return {"manual.grads": largest}


def _by_autograd(run: Run) -> list[torch.Tensor]:
    """The gradients of the batch that comes next, without taking the step."""
    model, batch = run.net.clone().train(), next_batch(run)
    for p in model.parameters():
        p.requires_grad_()
    torch.nn.functional.cross_entropy(model(batch.contexts), batch.targets).backward()
    return [p.grad for p in model.parameters()]
