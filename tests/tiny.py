"""Small words and small recipes, one for each kind of model: a training takes milliseconds."""

from __future__ import annotations

from dataclasses import replace

from makemore.corpora.registry import Corpus
from makemore.models import MODELS, ModelConfig
from makemore.recipes import Recipe

WORDS = (
    "emma",
    "olivia",
    "ava",
    "isabella",
    "sophia",
    "mia",
    "amelia",
    "evelyn",
    "abigail",
    "harper",
    "emily",
    "ella",
    "avery",
    "sofia",
    "camila",
    "aria",
    "scarlett",
    "victoria",
)
CORPUS = Corpus("names", WORDS, "a test")

CONFIGS = {
    "ngram": ModelConfig("ngram", block_size=2, smoothing=0.5),
    "one-layer": ModelConfig("one-layer", block_size=1),
    "mlp": ModelConfig("mlp", n_embd=3, n_hidden=8),
    "mlp-bn": ModelConfig("mlp-bn", n_embd=3, n_hidden=8),
    "deep": ModelConfig("deep", n_embd=3, n_hidden=8, n_layers=3),
    "wavenet": ModelConfig("wavenet", block_size=8, n_embd=3, n_hidden=8),
}
NETWORKS = tuple(MODELS)  # a model that is listed is tested


def recipe(kind: str = "mlp-bn", **changes: object) -> Recipe:
    """A short run of this kind of model."""
    usual = Recipe(
        f"tiny-{kind}",
        f"Tiny {kind}",
        CONFIGS[kind],
        corpus="names",
        seed=7,
        batch_size=16,
        steps=0 if kind == "ngram" else 30,
        lr=((0, 0.1), (20, 0.01)),
    )
    return replace(usual, **changes)
