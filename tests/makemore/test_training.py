"""Training: the same recipe gives the same numbers, in one go or in pieces, and nothing is lost."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
import torch

from makemore.evaluation import mean_loss
from makemore.models import InitConfig
from makemore.probe import probe
from makemore.recipes import Recipe
from makemore.sampling import sample
from makemore.training import Progress, Run, start_run, train
from tests.tiny import NETWORKS, WORDS, recipe


def trained(of: Recipe, words: Sequence[str] = WORDS) -> tuple[Run, list[Progress]]:
    run = start_run(of, words)
    return run, list(train(run))


def copied(run: Run) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().clone() for name, tensor in run.model.state().items()}


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("autograd", [False, True])
def test_the_same_recipe_gives_the_same_losses(kind: str, autograd: bool) -> None:
    (one, _), (other, _) = (trained(recipe(kind, autograd=autograd)) for _ in range(2))
    assert one.losses == other.losses
    assert len(one.losses) == 30
    assert same(one.model.state(), other.model.state())
    third, _ = trained(recipe(kind, seed=8))
    assert third.losses != one.losses


@pytest.mark.parametrize("kind", NETWORKS)
def test_it_learns(kind: str) -> None:
    run = start_run(recipe(kind, steps=200, lr=((0, 0.1),), start=InitConfig(bias=0.01)), WORDS)
    before = mean_loss(run.model, run.data)
    list(train(run))
    assert mean_loss(run.model, run.data) < before - 0.1


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("optimiser", ["sgd", "adamw"])
def test_stop_and_continue_equals_one_go(kind: str, optimiser: str) -> None:
    whole, _ = trained(recipe(kind, optimiser=optimiser))
    run = start_run(recipe(kind, optimiser=optimiser), WORDS)
    for steps in (1, 1, 5, 0, 9, 100):
        list(train(run, steps=steps))
    assert run.losses == whole.losses
    assert same(run.model.state(), whole.model.state())
    assert [step for step, _ in run.snapshots] == [step for step, _ in whole.snapshots]


def test_looking_between_two_slices_changes_nothing() -> None:
    whole, _ = trained(recipe("mlp-bn", autograd=True))
    run = start_run(recipe("mlp-bn", autograd=True), WORDS)
    for _ in train(run, slice_seconds=0):
        sample(run.model, run.vocabulary, count=3)  # BatchNorm's statistics must not notice
        mean_loss(run.model, run.dev)
        probe(run.model, run.data.take(torch.arange(8)))
    assert run.losses == whole.losses
    assert same(run.model.state(), whole.model.state())


def test_sampling_before_the_first_step() -> None:
    run = start_run(recipe("wavenet"), WORDS)
    before = copied(run)
    assert len(sample(run.model, run.vocabulary, count=1)) == 1
    assert same(before, run.model.state())


def test_one_step() -> None:
    run = start_run(recipe(), WORDS)
    before = copied(run)
    (progress,) = train(run, steps=1)
    assert (progress.step, run.step, len(progress.losses)) == (1, 1, 1)
    assert progress.done
    assert not progress.diverged
    assert not same(before, run.model.state())


def test_one_step_is_minus_lr_times_gradient() -> None:
    run = start_run(recipe("mlp", batch_size=None), WORDS)
    before = copied(run)
    list(train(run, steps=1))
    for name, tensor in run.model.state().items():
        index, key = name.split(".")
        grad = getattr(run.model.layers[int(index)], key).grad
        torch.testing.assert_close(tensor, before[name] - 0.1 * grad, rtol=0, atol=1e-7)


def test_starting_again_keeps_the_first_weights() -> None:
    run = start_run(recipe(), WORDS)
    first = copied(run)
    list(train(run))
    again = start_run(run.recipe, run.words)
    assert same(first, again.model.state())
    assert again.step == 0
    list(train(again))
    assert again.losses == run.losses


def test_records() -> None:
    run = start_run(recipe(), WORDS)
    records = list(train(run, slice_seconds=0))
    assert [record.step for record in records] == list(range(1, 31))
    assert [loss for record in records for loss in record.losses] == run.losses
    assert [record.lr for record in records] == [0.1] * 20 + [0.01] * 10
    assert [record.done for record in records] == [False] * 29 + [True]
    seconds = [record.seconds for record in records]
    assert seconds == sorted(seconds)
    assert list(train(run)) == []  # at its end there is nothing left to do


def test_the_loss_is_before_the_update() -> None:
    run = start_run(recipe("mlp", batch_size=None), WORDS)
    before = mean_loss(run.model, run.data)
    (progress,) = train(run, steps=1)
    assert progress.losses[0] == pytest.approx(before, abs=1e-5)


@pytest.mark.parametrize("kind", NETWORKS)
def test_by_hand_and_by_autograd_walk_the_same_path(kind: str) -> None:
    by_hand, _ = trained(recipe(kind, l2=0.01))
    by_autograd, _ = trained(recipe(kind, l2=0.01, autograd=True))
    assert by_hand.losses == pytest.approx(by_autograd.losses, abs=1e-4)
    assert by_hand.losses[:3] == pytest.approx(by_autograd.losses[:3], abs=2e-6)


def test_l2_is_in_the_loss_and_in_the_gradient() -> None:
    run = start_run(recipe("one-layer", batch_size=None, l2=0.5), WORDS)
    plain = mean_loss(run.model, run.data)
    W = run.model.layers[-1].weight.clone()
    list(train(run, steps=1))
    assert run.losses[0] == pytest.approx(plain + 0.5 * (W**2).mean().item(), abs=1e-5)


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("autograd", [False, True])
@pytest.mark.parametrize("patience", [0, 2])
def test_a_learning_rate_of_1000_ends_at_a_good_step(
    kind: str, autograd: bool, patience: int
) -> None:
    run, records = trained(
        recipe(
            kind,
            lr=((0, 0.1), (120, 1e6)),
            steps=2000,
            autograd=autograd,
            patience=patience,
            evaluate_every=50,
        )
    )
    last = records[-1]
    if kind == "deep":  # BatchNorm after the last layer: no learning rate can blow it up
        assert math.isfinite(mean_loss(run.model, run.dev))
        return
    assert last.done
    assert last.diverged
    assert run.step == last.step == 100  # copies are taken every hundred steps
    assert len(run.losses) == 100
    assert all(math.isfinite(loss) for loss in run.losses)
    assert all(torch.isfinite(tensor).all() for tensor in run.model.state().values())
    assert math.isfinite(mean_loss(run.model, run.dev))
    assert all(step <= 100 for step, _ in [*run.dev_losses, *run.snapshots])


def test_a_learning_rate_of_1000_from_the_start_ends_at_the_start() -> None:
    run = start_run(recipe("mlp", lr=((0, 1000.0),), start=InitConfig()), WORDS)
    first = copied(run)
    records = list(train(run))
    assert records[-1].diverged
    assert run.step == 0
    assert run.losses == []
    assert same(first, run.model.state())


def test_a_run_that_begins_blown_up_says_so() -> None:
    run, records = trained(recipe("mlp", start=InitConfig(output_gain=1e30)))
    assert [(record.diverged, record.done, record.losses) for record in records] == [
        (True, True, ())
    ]
    assert run.step == 0


def test_patience_stops_and_takes_the_best_weights_back() -> None:
    of = recipe("mlp", steps=5000, lr=((0, 0.5),), patience=3, evaluate_every=20)
    run, records = trained(of)
    steps = [step for step, _ in run.dev_losses]
    best = min(run.dev_losses, key=lambda look: look[1])
    assert run.step < 5000
    assert records[-1].done
    assert run.step == best[0] + 3 * 20 + 1  # whatever the clock says
    assert steps[:3] == [0, 20, 40]
    assert run.reached == best[0]
    assert mean_loss(run.model, run.dev) == pytest.approx(best[1], abs=1e-6)
    in_one_slice = start_run(of, WORDS)
    list(train(in_one_slice, slice_seconds=1e9))
    in_many = start_run(of, WORDS)
    list(train(in_many, slice_seconds=0))
    assert in_one_slice.step == in_many.step == run.step
    assert same(in_one_slice.model.state(), in_many.model.state())


def test_the_end_is_looked_at_too() -> None:
    run, _ = trained(recipe("mlp", steps=30, patience=9, evaluate_every=20))
    assert [step for step, _ in run.dev_losses] == [0, 20, 30]


def test_adamw_is_that_of_torch() -> None:
    run = start_run(
        recipe(
            "mlp", optimiser="adamw", weight_decay=0.1, batch_size=None, steps=5, lr=((0, 0.01),)
        ),
        WORDS,
    )
    twin = start_run(run.recipe, WORDS)
    theirs = twin.model.parameters()
    for p in theirs:
        p.requires_grad_()
    optimiser = torch.optim.AdamW(theirs, lr=0.01, weight_decay=0.1)
    list(train(run))
    for _ in range(5):
        optimiser.zero_grad()
        logits = twin.model(twin.data.contexts)
        torch.nn.functional.cross_entropy(logits, twin.data.targets).backward()
        optimiser.step()
    for mine, p in zip(run.model.parameters(), theirs, strict=True):
        torch.testing.assert_close(mine, p.detach(), rtol=0, atol=1e-5)


def test_adamw_takes_its_learning_rate_from_the_schedule() -> None:
    run = start_run(recipe("mlp", optimiser="adamw", steps=2, lr=((0, 0.1), (1, 0.0))), WORDS)
    list(train(run, steps=1))
    after_one = copied(run)
    list(train(run))
    assert same(after_one, run.model.state())


def test_a_full_batch_draws_nothing() -> None:
    run = start_run(recipe("mlp", batch_size=None), WORDS)
    before = run.generator.get_state()
    list(train(run, steps=3))
    assert torch.equal(run.generator.get_state(), before)


def test_minibatches_are_those_of_the_notebooks() -> None:
    run = start_run(recipe("mlp", batch_seed=5, steps=1), WORDS)
    rows = torch.randint(0, len(run.data), (16,), generator=torch.Generator().manual_seed(5))
    loss = mean_loss(run.model, run.data.take(rows))
    list(train(run))
    assert run.losses == pytest.approx([loss], abs=1e-5)


def test_global_chance_is_not_touched() -> None:
    before = torch.get_rng_state()
    trained(recipe("wavenet"))
    assert torch.equal(torch.get_rng_state(), before)


def test_snapshots_are_of_the_embedding_as_it_was() -> None:
    run = start_run(recipe("mlp", steps=100), WORDS)
    first = run.model.layers[0].weight.clone()
    list(train(run))
    steps = [step for step, _ in run.snapshots]
    assert steps[:4] == [0, 1, 2, 3]
    assert steps == sorted(set(steps))
    assert len(steps) <= 40
    assert torch.equal(run.snapshots[0][1], first)
    assert not torch.equal(run.snapshots[-1][1], first)


def test_calibration_takes_the_statistics_of_the_training_set() -> None:
    run, _ = trained(recipe("mlp-bn", calibrate=True))
    norm = run.model.layers[3]
    x = run.data.contexts
    with torch.no_grad():
        for layer in run.model.layers[:3]:
            x = layer.forward(x)
    torch.testing.assert_close(norm.running_mean, x.mean(0))
    torch.testing.assert_close(norm.running_var, x.var(0))
