"""The numbers that the lectures and notebooks print must come out, to their tolerances.

The corpus is the notebooks' own names.txt, looked for where MAKEMORE_DATA says. Without it, what
depends on counts alone runs on the bundled names (the same words in another order), and the rest
is skipped. Dice: test_dice.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from makemore.corpora.registry import Corpus, CorpusSettings, load_corpus
from makemore.evaluation import leak_audit, mean_loss, random_guess
from makemore.examples import Split, make_examples, split_words
from makemore.layers import Tanh, cross_entropy
from makemore.models import ModelConfig, build_model, count_parameters
from makemore.ngram import Ngram, count_bigrams, count_ngrams
from makemore.probe import SATURATED
from makemore.recipes import RECIPES, Recipe
from makemore.training import Run, start_run, train
from makemore.vocabulary import Vocabulary

HERE = CorpusSettings.from_environment().local("names.txt") is not None
in_file_order = pytest.mark.skipif(
    not HERE, reason="needs the notebooks' names.txt: put it into a folder, name it MAKEMORE_DATA"
)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The notebooks' own file, or the bundled names, which hold the same words."""
    return load_corpus("names.txt" if HERE else "names")


@pytest.fixture(scope="module")
def vocabulary(corpus: Corpus) -> Vocabulary:
    return Vocabulary.of(corpus.words)


@pytest.fixture(scope="module")
def split(corpus: Corpus) -> Split:
    return split_words(corpus.words)


@pytest.fixture(scope="module")
def bigrams(corpus: Corpus, vocabulary: Vocabulary) -> torch.Tensor:
    return count_bigrams(corpus.words, vocabulary)


# --- data -----------------------------------------------------------------------------------------


def test_data(corpus: Corpus, vocabulary: Vocabulary) -> None:
    assert len(corpus.words) == 32_033  # data.words
    assert len(vocabulary) == 27  # data.symbols
    assert max(map(len, corpus.words)) == 15  # data.longest
    assert len(make_examples(corpus.words, vocabulary, block_size=1)) == 228_146  # data.bigrams
    assert len(set(corpus.words)) == 29_494  # data.distinct


@in_file_order
@pytest.mark.parametrize("block_size", [3, 8])
def test_data_split(split: Split, vocabulary: Vocabulary, block_size: int) -> None:
    sizes = [
        len(make_examples(words, vocabulary, block_size=block_size)) for _, words in split.items()
    ]
    assert sizes == [182_625, 22_655, 22_866]


@in_file_order
def test_data_leaks(split: Split) -> None:
    audit = leak_audit(split)
    assert (audit.dev_in_train, audit.dev) == (424, 3_203)
    assert (audit.test_in_train, audit.test) == (377, 3_204)
    assert (audit.distinct, audit.repeated) == (29_494, 2_539)


# --- bigram counts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pair", "count"),
    [
        ("n.", 6763),
        ("a.", 6640),
        ("an", 5438),
        (".a", 4410),
        ("e.", 3983),
        ("ar", 3264),
        ("el", 3248),
    ],
)
def test_bigram_count(bigrams: torch.Tensor, vocabulary: Vocabulary, pair: str, count: int) -> None:
    row, column = (vocabulary.symbols.index(letter) for letter in pair)
    assert bigrams[row, column] == count


def test_bigram_zero_cells(bigrams: torch.Tensor) -> None:
    assert (bigrams == 0).sum() == 102


def test_bigram_p_start_a(corpus: Corpus, vocabulary: Vocabulary) -> None:
    raw = count_ngrams(corpus.words, vocabulary, n=2, smoothing=0.0)
    row = raw(torch.tensor([[0]])).exp()[0]
    assert row[vocabulary.encode("a")[0]].item() == pytest.approx(0.1377, abs=5e-5)


@pytest.mark.parametrize(("smoothing", "nll"), [(0.0, 2.45401), (1.0, 2.45458)])
def test_bigram_nll(corpus: Corpus, vocabulary: Vocabulary, smoothing: float, nll: float) -> None:
    model = count_ngrams(corpus.words, vocabulary, n=2, smoothing=smoothing)
    loss = mean_loss(model, make_examples(corpus.words, vocabulary, block_size=1))
    assert loss == pytest.approx(nll, abs=1e-5)


@in_file_order
def test_bigram_loglik_float32(
    corpus: Corpus, vocabulary: Vocabulary, bigrams: torch.Tensor
) -> None:
    """Notebook D adds 228,146 float32 numbers one by one in file order, rounding included."""
    P = (bigrams + 1).float()
    P /= P.sum(1, keepdim=True)  # (27, 27)
    examples = make_examples(corpus.words, vocabulary, block_size=1)
    logprobs = P[examples.contexts[:, 0], examples.targets].log()  # (N,) float32
    total = np.float32(0.0)
    for logprob in logprobs.numpy():
        total = total + logprob
    assert total.dtype == np.float32
    assert float(total) == pytest.approx(-559951.5625, abs=0.5)  # bigram.loglik.float32
    nll = float(-total / np.float32(len(logprobs)))
    assert nll == pytest.approx(2.4543561935424805, abs=1e-6)  # bigram.nll.float32


# --- n-gram counts --------------------------------------------------------------------------------


@in_file_order
@pytest.mark.parametrize(
    ("n", "smoothing", "losses"),
    [
        (1, 0.0, [2.8226, 2.821, 2.8255]),
        (2, 1.0, [2.4548, 2.4533, 2.4584]),
        (3, 0.1, [2.1874, 2.2225, 2.224]),
        (4, 0.1, [1.9187, 2.1018, 2.1044]),
    ],
)
def test_ngram(
    split: Split, vocabulary: Vocabulary, n: int, smoothing: float, losses: list[float]
) -> None:
    model = count_ngrams(split.train, vocabulary, n=n, smoothing=smoothing)
    got = [
        mean_loss(model, make_examples(words, vocabulary, block_size=n - 1))
        for _, words in split.items()
    ]
    assert got == pytest.approx(losses, abs=1e-4)


@in_file_order
def test_ngram_4_has_seen_5438_contexts(split: Split, vocabulary: Vocabulary) -> None:
    model: Ngram = count_ngrams(split.train, vocabulary, n=4)
    assert model.contexts_seen() == 5_438
    assert len(vocabulary) ** 3 == 19_683


# --- nets -----------------------------------------------------------------------------------------


def run_for(recipe: Recipe, corpus: Corpus, steps: int) -> Run:
    """The first steps of a recipe; losses[k] is the batch loss before the update of step k."""
    run = start_run(recipe, corpus.words)
    for record in train(run, steps=steps, slice_seconds=60):
        assert not record.diverged
    return run


def test_net_emma(corpus: Corpus, vocabulary: Vocabulary) -> None:
    run = start_run(RECIPES["one-layer"], corpus.words)
    emma = make_examples(["emma"], vocabulary, block_size=1)
    loss = cross_entropy(run.model(emma.contexts), emma.targets).item()
    assert loss == pytest.approx(3.7693, abs=1e-4)


def test_net_first_steps(corpus: Corpus) -> None:
    """A full batch does not mind the order of the words."""
    run = run_for(RECIPES["one-layer"], corpus, 3)
    assert run.losses == pytest.approx([3.768619, 3.378809, 3.16109], abs=2e-5)


@pytest.mark.slow
def test_net_step_53(corpus: Corpus) -> None:
    run = run_for(RECIPES["one-layer"], corpus, 54)
    assert run.losses[53] == pytest.approx(2.50738, abs=2e-5)


@in_file_order
def test_mlp2d_32(corpus: Corpus) -> None:
    run = run_for(RECIPES["mlp2d-32"], corpus, 13)
    assert len(run.data) == 32
    assert run.losses[0] == pytest.approx(17.7697, abs=1e-4)
    assert run.losses[10:] == pytest.approx([3.98585, 3.60283, 3.26214], abs=2e-4)


@pytest.mark.slow
def test_mlp2d_all(corpus: Corpus) -> None:
    run = run_for(RECIPES["mlp2d-all"], corpus, 13)
    assert run.losses[0] == pytest.approx(19.50523, abs=1e-3)
    assert run.losses[10:] == pytest.approx([10.709587, 10.407632, 10.127808], abs=1e-3)


def test_init_expected(vocabulary: Vocabulary) -> None:
    assert random_guess(len(vocabulary)) == pytest.approx(3.2958, abs=1e-4)


@in_file_order
@pytest.mark.parametrize(
    ("recipe", "loss"),
    [
        ("init-original", 27.8817),
        ("init-softmax", 3.3221),
        ("init-tanh", 3.3135),
        ("init-kaiming", 3.3179),
        ("mlp-bn", 3.3239),
        ("deep", 3.287),
        ("wavenet", 3.3167),
    ],
)
def test_loss_at_step_0(corpus: Corpus, recipe: str, loss: float) -> None:
    """init.*, bn.step0, deep.step0, wavenet.step0."""
    run = run_for(RECIPES[recipe], corpus, 1)
    assert run.losses == pytest.approx([loss], abs=1e-4)


@in_file_order
@pytest.mark.parametrize("recipe", ["init-kaiming", "mlp-bn", "deep", "wavenet"])
def test_loss_at_step_0_by_hand(corpus: Corpus, recipe: str) -> None:
    """Our own backward passes start on the same path."""
    printed = {"init-kaiming": 3.3179, "mlp-bn": 3.3239, "deep": 3.287, "wavenet": 3.3167}
    run = run_for(replace(RECIPES[recipe], autograd=False), corpus, 30)
    assert run.losses[0] == pytest.approx(printed[recipe], abs=1e-4)
    assert run.losses == pytest.approx(run_for(RECIPES[recipe], corpus, 30).losses, abs=1e-4)


@pytest.fixture(scope="module")
def deep(corpus: Corpus) -> Run:
    return run_for(RECIPES["deep"], corpus, 1_001)


@in_file_order
def test_deep_1001(deep: Run) -> None:
    losses = [mean_loss(deep.model.clone().train(False), part) for part in (deep.data, deep.dev)]
    assert losses == pytest.approx([2.4003, 2.39825], abs=1e-4)


@in_file_order
def test_deep_saturation(deep: Run) -> None:
    """Percent beyond 0.97 in the last batch, layer by layer, as the lecture's histogram says."""
    outs = [layer.out for layer in deep.model.layers if isinstance(layer, Tanh)]
    assert all(out.shape == (32, 100) for out in outs)
    percent = [100 * (out.abs() > SATURATED).double().mean().item() for out in outs]
    assert percent == pytest.approx([2.78, 2.56, 2.25, 1.69, 1.88], abs=0.01)


@pytest.mark.slow
@pytest.mark.timeout(900)  # 4 and 15 seconds, where nobody else wants the machine
@in_file_order
@pytest.mark.parametrize(
    ("recipe", "loss", "tolerance"), [("mlp-bn", 2.0322, 1e-4), ("wavenet", 2.0576, 1e-3)]
)
def test_loss_at_step_10k(corpus: Corpus, recipe: str, loss: float, tolerance: float) -> None:
    """bn.step10k, wavenet.step10k: ten thousand roundings in the notebooks' own order."""
    run = run_for(RECIPES[recipe], corpus, 10_001)
    assert run.losses[10_000] == pytest.approx(loss, abs=tolerance)


# --- sizes and shapes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipe", "vocab_size", "numbers"),
    [
        ("mlp2d-all", 27, 3_481),
        ("mlp", 27, 11_897),
        ("mlp-bn", 27, 12_097),
        ("deep", 27, 47_024),
        ("manual-backprop-64", 27, 4_137),
        ("manual-backprop", 27, 12_297),
        ("wavenet", 27, 76_579),
        ("wavenet-handles-notebook", 65, 82_393),
        ("wavenet-handles-notebook", 66, 82_546),
        ("flat-3", 27, 12_097),
        ("flat-8", 27, 22_097),
        ("wavenet-small", 27, 22_397),
    ],
)
def test_params(recipe: str, vocab_size: int, numbers: int) -> None:
    assert count_parameters(build_model(RECIPES[recipe].model, vocab_size)) == numbers


def test_handles_shapes() -> None:
    config = RECIPES["wavenet-handles-notebook"].model
    assert config == ModelConfig("wavenet", block_size=8, n_embd=24, n_hidden=128)
    model = build_model(config, 65)
    model(torch.zeros(4, 8, dtype=torch.int64))
    shapes = [list(layer.out.shape) for layer in model.layers]
    fold = [
        [4, 4, 48],
        *[[4, 4, 128]] * 3,
        [4, 2, 256],
        *[[4, 2, 128]] * 3,
        [4, 256],
        *[[4, 128]] * 3,
    ]
    assert shapes == [[4, 8, 24], *fold, [4, 65]]
