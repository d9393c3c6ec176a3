"""A Recipe is everything that decides a run. Same recipe, same corpus, same numbers.

RECIPES holds those of the lectures, of the notebooks that follow them, and of the checkpoints that
the lab ships. "lecture" is the makemore series of nn-zero-to-hero, parts 1 to 5.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from makemore.examples import SPLITS
from makemore.models import InitConfig, ModelConfig
from makemore.validation import from_dict

LECTURE_SEED = 2147483647
KAIMING = 5 / 3  # for tanh: torch.nn.init.calculate_gain; He et al. 2015 derive √2 for ReLU
DECAY_AT_100K = ((0, 0.1), (100_000, 0.01))
DECAY_AT_150K = ((0, 0.1), (150_000, 0.01))


@dataclass(frozen=True)
class Recipe:
    """One run, from words to a trained model.

    title:       one line in plain words
    corpus:      a key of CORPORA
    first_words: only the first so many words of the file; None: all
    split_seed:  shuffles the words before they are cut 80/10/10; None: all words, in file order
    split:       a key of SPLITS: how the lectures cut, or how the program makemore.py does
    seed:        of the generator that draws first the weights, then the minibatches
    batch_seed:  a generator of its own for the minibatches; None: the one of the weights goes on
    batch_size:  examples a step; None: all of them
    steps:       at most so many updates
    lr:          (from step, learning rate) pairs, by step
    optimiser:   "sgd" (ours, as in the lectures) or "adamw" (torch.optim)
    weight_decay: of adamw
    l2:          adds l2 * mean(W^2) to the loss, W the last Linear's weight (lecture 1)
    patience:    stop when dev has not improved for so many evaluations, keep the best; 0: never
    evaluate_every: steps between two looks at dev
    calibrate:   at the end, BatchNorm's statistics from the whole training set (lecture 4)
    autograd:    backward through torch's autograd, for the last digit of the notebooks
    dot_is_end:  the vocabulary of notebook A, in which "." is both a letter and the end
    """

    name: str
    title: str
    model: ModelConfig
    start: InitConfig = field(default_factory=InitConfig)
    corpus: str = "names.txt"
    first_words: int | None = None
    split_seed: int | None = 42
    split: str = "lectures"
    seed: int = LECTURE_SEED
    batch_seed: int | None = None
    batch_size: int | None = 32
    steps: int = 200_000
    lr: tuple[tuple[int, float], ...] = DECAY_AT_100K
    optimiser: str = "sgd"
    weight_decay: float = 0.0
    l2: float = 0.0
    patience: int = 0
    evaluate_every: int = 1_000
    calibrate: bool = False
    autograd: bool = False
    dot_is_end: bool = False

    def lr_at(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        return [lr for start, lr in self.lr if start <= step][-1]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a checkpoint's card."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Recipe:
        """The way back. Raises ValueError for data that is no recipe."""
        return from_dict(cls, data).check()

    def check(self) -> Recipe:
        """Itself, or ValueError in words for settings with which no run can be made."""
        rules = {
            "the seeds must be from 0 to 2^63 - 1": all(
                0 <= seed < 2**63 for seed in (self.seed, self.batch_seed or 0)
            ),
            "the split must be one of " + ", ".join(SPLITS): self.split in SPLITS,
            "a batch needs at least one example": self.batch_size is None or self.batch_size >= 1,
            "the number of steps must be 0 or more": self.steps >= 0,
            "evaluate_every must be at least 1": self.evaluate_every >= 1,
            "the learning rates must begin at step 0, in the order of the steps": [
                step for step, _ in self.lr
            ]
            == sorted({0, *(step for step, _ in self.lr)}),
            "the optimiser is sgd or adamw": self.optimiser in ("sgd", "adamw"),
            "patience looks at dev, and without a split there is none": self.patience == 0
            or (self.patience > 0 and self.split_seed is not None and self.split == "lectures"),
        }
        for said, kept in rules.items():
            if not kept:
                raise ValueError(f"the recipe {self.name} makes no sense: {said}")
        return self


def _count_recipes() -> list[Recipe]:
    bigram = Recipe(
        "bigram",
        "Lecture 1: bigram counts of the whole file",
        ModelConfig("ngram", block_size=1),
        split_seed=None,
        steps=0,
    )
    smoothing = {1: 0.0, 2: 1.0, 3: 0.1, 4: 0.1, 5: 0.1}
    makemore = replace(
        bigram,
        name="makemore-bigram",
        split="makemore",
        split_seed=3407,
        title="makemore.py's own split: bigram counts",
    )
    return [
        bigram,
        makemore,
        *[
            replace(
                bigram,
                name=f"{n}-gram",
                title=f"Notebook E: {n}-gram counts",
                split_seed=42,
                model=ModelConfig("ngram", block_size=n - 1, smoothing=added),
            )
            for n, added in smoothing.items()
        ],
    ]


def _lecture_recipes() -> list[Recipe]:
    plain = InitConfig(
        fan_in=False, bias=1.0, output_gain=1.0, output_fan_in=False, output_bias=1.0
    )
    soft = replace(plain, output_gain=0.01, output_bias=0.0)
    mlp2d = ModelConfig("mlp", n_embd=2, n_hidden=100)
    bn = Recipe(
        "mlp-bn",
        "Lecture 3: the MLP with BatchNorm",
        ModelConfig("mlp-bn", norm="lecture3"),
        InitConfig(gain=KAIMING, output_gain=0.01, output_fan_in=False, output_bias=0.0),
        autograd=True,
    )
    ladder = [
        ("init-original", "as lecture 2 left it", plain),
        ("init-softmax", "the output layer starts small", soft),
        ("init-tanh", "and so does the hidden layer", replace(soft, gain=0.2, bias=0.01)),
        (
            "init-kaiming",
            "Kaiming's gain for tanh",
            replace(soft, gain=KAIMING, fan_in=True, bias=0.01),
        ),
    ]
    return [
        Recipe(
            "one-layer",
            "Lecture 1: the one-layer net",
            ModelConfig("one-layer", block_size=1),
            InitConfig(fan_in=False, output_gain=1.0, output_fan_in=False),
            split_seed=None,
            batch_size=None,
            steps=300,
            lr=((0, 50.0),),
            l2=0.01,
        ),
        Recipe(
            "mlp2d-32",
            "Notebook B: overfit five words",
            mlp2d,
            plain,
            first_words=5,
            split_seed=None,
            batch_size=None,
            steps=1_000,
            lr=((0, 0.1),),
        ),
        Recipe(
            "mlp2d-all",
            "Notebook B: all words in one batch",
            mlp2d,
            plain,
            split_seed=None,
            batch_size=None,
            steps=100,
            lr=((0, 0.1),),
        ),
        Recipe("mlp", "Lecture 2: the MLP", ModelConfig("mlp"), plain, batch_seed=1),
        *[
            Recipe(name, f"Lecture 3's ladder: {title}", ModelConfig("mlp"), start, autograd=True)
            for name, title, start in ladder
        ],
        Recipe(
            "init-zero",
            "Lecture 3's exercise: every weight starts at zero",
            ModelConfig("mlp"),
            InitConfig(gain=0.0, output_gain=0.0),
        ),
        bn,
        Recipe(
            "deep",
            "Lecture 3: six layers, BatchNorm everywhere",
            ModelConfig("deep", n_hidden=100),
            InitConfig(output_gain=1.0, last_gamma=0.1),
            steps=1_001,
            lr=((0, 0.1),),
            autograd=True,
        ),
    ]


def _notebook_recipes() -> list[Recipe]:
    manual = Recipe(
        "manual-backprop",
        "Notebook C: every gradient by hand",
        ModelConfig("mlp-bn", norm_bias=True),
        InitConfig(
            gain=KAIMING,
            bias=0.1,
            output_gain=0.1,
            output_fan_in=False,
            output_bias=0.1,
            norm_noise=0.1,
        ),
        steps=50_000,
        lr=((0, 0.1), (25_000, 0.01)),
        calibrate=True,
    )
    tree = Recipe(
        "wavenet",
        "Lecture 5: the WaveNet, scaled up",
        ModelConfig("wavenet", block_size=8, n_embd=24, n_hidden=128),
        InitConfig(),
        seed=42,
        lr=DECAY_AT_150K,
        autograd=True,
    )
    flat, small = ModelConfig("mlp-bn"), replace(tree.model, n_embd=10, n_hidden=68)
    return [
        Recipe(
            "one-layer-notebook-e",
            "Notebook E: the one-layer net, learning rate in stairs",
            ModelConfig("one-layer", block_size=1),
            InitConfig(fan_in=False, output_gain=1.0, output_fan_in=False),
            split_seed=None,
            seed=0,
            batch_size=None,
            steps=501,
            lr=((0, 100.0), (1, 10.0), (10, 1.0), (25, 0.1), (50, 0.01), (250, 0.001)),
        ),
        manual,
        replace(
            manual,
            name="manual-backprop-64",
            title="Lecture 4: the exercises' small net",
            model=replace(manual.model, n_hidden=64),
        ),
        replace(
            manual,
            name="manual-backprop-200k",
            title="Lecture 4: trained in full",
            steps=200_000,
            lr=DECAY_AT_100K,
        ),
        replace(tree, name="flat-3", title="Lecture 5's ladder: flat, 3 letters", model=flat),
        replace(
            tree,
            name="flat-8",
            title="Lecture 5's ladder: flat, 8 letters",
            model=replace(flat, block_size=8),
        ),
        replace(
            tree,
            name="wavenet-small-bug",
            title="Lecture 5's ladder: hierarchical, BatchNorm with its bug",
            model=replace(small, norm="lecture5"),
        ),
        replace(
            tree, name="wavenet-small", title="Lecture 5's ladder: hierarchical, 22K", model=small
        ),
        tree,
        replace(
            tree,
            name="wavenet-handles-notebook",
            corpus="handles",
            dot_is_end=True,
            title="Notebook A: the WaveNet on handles, its own recipe",
        ),
    ]


def _shipped_recipes() -> list[Recipe]:
    """The checkpoints in `checkpoints/`; those of names are on the corpus that everybody has."""
    bigram = Recipe(
        "bigram-names",
        "Names: bigram counts",
        ModelConfig("ngram", block_size=1),
        corpus="names",
        steps=0,
    )
    kaiming = InitConfig(gain=KAIMING, bias=0.01, output_gain=0.01, output_fan_in=False)
    return [
        bigram,
        replace(bigram, name="bigram-handles", title="Handles: bigram counts", corpus="handles"),
        Recipe(
            "mlp2d-names",
            "Names: MLP with letters in the plane",
            ModelConfig("mlp", n_embd=2, n_hidden=100),
            kaiming,
            corpus="names",
        ),
        Recipe(
            "mlp-bn-names",
            "Names: MLP with BatchNorm",
            ModelConfig("mlp-bn"),
            kaiming,
            corpus="names",
        ),
        Recipe(
            "wavenet-names",
            "Names: WaveNet",
            ModelConfig("wavenet", block_size=8, n_embd=24, n_hidden=128),
            InitConfig(),
            corpus="names",
            seed=42,
            lr=DECAY_AT_150K,
        ),
        # The lecture's recipe learns 8,000 handles by heart (dev 3.48). Found by a search on dev
        # over width, weight decay and learning rates: a smaller net, decayed weights, an early end.
        Recipe(
            "wavenet-handles",
            "Handles: WaveNet",
            ModelConfig("wavenet", block_size=8, n_embd=16, n_hidden=64),
            InitConfig(),
            corpus="handles",
            seed=42,
            batch_size=256,
            steps=10_000,
            optimiser="adamw",
            lr=((0, 3e-3), (4_000, 1e-3), (6_000, 3e-4)),
            weight_decay=0.2,
            patience=6,
            evaluate_every=250,
        ),
    ]


SHIPPED = (
    "bigram-names",
    "mlp2d-names",
    "mlp-bn-names",
    "wavenet-names",
    "bigram-handles",
    "wavenet-handles",
)

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        *_count_recipes(),
        *_lecture_recipes(),
        *_notebook_recipes(),
        *_shipped_recipes(),
    )
}
