"""What a run in the Train tab may be: its recipes in plain words, its settings, their limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from makemore.models import InitConfig
from makemore.recipes import RECIPES, Recipe

SHORT = ((0, 0.1), (7_000, 0.01))
QUICK = {
    name: replace(RECIPES[of], name=name, title=f"Short: {title}", steps=10_000, lr=SHORT)
    for name, of, title in (
        ("quick-mlp-bn", "mlp-bn-names", "MLP with BatchNorm"),
        ("quick-mlp", "mlp2d-names", "MLP, letters in the plane"),
        ("quick-wavenet", "wavenet-names", "WaveNet"),
    )
}
RECIPE_OF = QUICK | {
    name: recipe
    for start in ("Lecture", "Notebook", "Names:", "Handles:")
    for name, recipe in RECIPES.items()
    if recipe.title.startswith(start) and recipe.steps
}
KINDS = {
    "One layer": "one-layer",
    "MLP": "mlp",
    "MLP with BatchNorm": "mlp-bn",
    "Deep: five layers with BatchNorm": "deep",
    "WaveNet": "wavenet",
}
KIND_TITLES = {kind: title.split(":")[0] for title, kind in KINDS.items()}


@dataclass(frozen=True)
class Limits:
    """What one visitor may ask of a machine that many share.

    seconds:  wall-clock of one press of Train; then the run pauses and can be continued
    steps, words, batch, block_size, n_embd, n_hidden: largest values
    numbers:  values that one batch may need in memory
    first_slice: seconds of the first slice: short, so that its point is on the page at once
    slice_seconds: training between two looks at the clock, inside the shared slot
    pause:    seconds between two updates of the page, at least
    earlier:  earlier runs on the axis
    """

    seconds: float = 900.0
    steps: int = 200_000
    words: int = 50_000
    batch: int = 1_024
    block_size: int = 16
    n_embd: int = 64
    n_hidden: int = 512
    numbers: int = 100_000_000
    first_slice: float = 0.05
    slice_seconds: float = 0.15
    pause: float = 0.2
    earlier: int = 5


@dataclass(frozen=True)
class Settings:
    """The controls of the tab. batch_size 0: all examples; later_at 0: one rate for all steps."""

    kind: str
    block_size: int
    n_embd: int
    n_hidden: int
    gain: float
    batch_size: int
    optimiser: str
    seed: int
    steps: int
    lr: float
    later_lr: float
    later_at: int

    @classmethod
    def of(cls, recipe: Recipe) -> Settings:
        """How the controls show a recipe (of more than two learning rates, the first two)."""
        model, later = recipe.model, recipe.lr[1] if len(recipe.lr) > 1 else (0, recipe.lr[0][1])
        return cls(
            model.kind,
            model.block_size,
            model.n_embd,
            model.n_hidden,
            round(recipe.start.gain, 4),
            recipe.batch_size or 0,
            recipe.optimiser,
            recipe.seed,
            recipe.steps,
            recipe.lr[0][1],
            later[1],
            later[0],
        )

    def values(self) -> list:
        """In the order of the controls."""
        return [getattr(self, field.name) for field in fields(self)]

    def rates(self) -> tuple[float, float, int]:
        """What the learning rate is, and what it becomes when."""
        return self.lr, self.later_lr, self.later_at

    def same_run(self, other: Settings) -> bool:
        """Whether a run with the one can go on with the other: only rates and steps differ."""
        free = {"steps": 0, "lr": 0.0, "later_lr": 0.0, "later_at": 0}
        return replace(self, **free) == replace(other, **free)


LABELS = {
    "block_size": "how many letters it looks back",
    "n_embd": "numbers per letter",
    "n_hidden": "neurons a layer",
    "gain": "start gain",
    "batch_size": "batch size",
    "seed": "seed",
    "steps": "steps",
    "lr": "learning rate",
    "later_lr": "later rate",
    "later_at": "step from which the later rate counts",
}


def checked(values: list, limits: Limits) -> Settings:
    """The controls' values as Settings. Raises ValueError with a sentence."""
    names = [field.name for field in fields(Settings)]
    given = dict(zip(names, values))
    for name, low, high in _ranges(limits):
        value = given[name]
        if (
            not isinstance(value, (int, float))
            or isinstance(value, bool)
            or not (low <= value <= high)
        ):
            raise ValueError(f"The {LABELS[name]} can be {low:,} to {high:,}.")
        given[name] = float(value) if name in ("gain", "lr", "later_lr") else int(value)
    if given["kind"] not in KINDS.values() or given["optimiser"] not in ("sgd", "adamw"):
        raise ValueError("Choose a model and an optimiser from the lists.")
    return Settings(**given)


def _ranges(limits: Limits) -> list[tuple[str, float, float]]:
    return [
        ("block_size", 1, limits.block_size),
        ("n_embd", 1, limits.n_embd),
        ("n_hidden", 1, limits.n_hidden),
        ("gain", 0, 100),
        ("batch_size", 0, limits.batch),
        ("seed", 0, 2**53 - 1),
        ("steps", 1, limits.steps),
        ("lr", 0, 10**6),
        ("later_lr", 0, 10**6),
        ("later_at", 0, limits.steps),
    ]


def recipe_of(base: Recipe, settings: Settings) -> Recipe:
    """The chosen recipe with what the controls changed; the recipe itself if nothing changed."""
    shown = Settings.of(base)
    if settings == shown:
        return base
    other_kind = settings.kind != shown.kind
    model = replace(
        base.model,
        kind=settings.kind,
        block_size=settings.block_size,
        n_embd=settings.n_embd,
        n_hidden=settings.n_hidden,
        norm="batch" if other_kind else base.model.norm,
    )
    start = InitConfig() if other_kind else base.start
    if other_kind or settings.gain != shown.gain:
        start = replace(start, gain=settings.gain)
    recipe = replace(
        base,
        model=model,
        start=start,
        batch_size=settings.batch_size or None,
        optimiser=settings.optimiser,
        seed=settings.seed,
        steps=settings.steps,
    )
    if settings.rates() != shown.rates():
        recipe = replace(recipe, lr=schedule(settings))
    return recipe


def schedule(settings: Settings) -> tuple[tuple[int, float], ...]:
    """(from step, rate) pairs."""
    first = ((0, settings.lr),)
    return first + (((settings.later_at, settings.later_lr),) if settings.later_at else ())


def rescheduled(recipe: Recipe, settings: Settings, step: int) -> Recipe:
    """The recipe of a run at this step, going on with other rates: what was, stays written."""
    past = tuple(pair for pair in recipe.lr if pair[0] < step)
    now = [rate for start, rate in schedule(settings) if start <= step][-1]
    ahead = tuple(pair for pair in schedule(settings) if pair[0] > step)
    if past and past[-1][1] == now:
        return replace(recipe, lr=past + ahead, steps=settings.steps)
    return replace(recipe, lr=(*past, (step, now), *ahead), steps=settings.steps)


def check_size(settings: Settings, words: Sequence[str], limits: Limits) -> None:
    """Raises ValueError with a sentence if one batch would need more memory than it may."""
    examples, symbols = sum(map(len, words)) + len(words), len(set().union(*words)) + 1
    rows = settings.batch_size or examples
    layers = {"one-layer": 0, "deep": 5, "wavenet": settings.block_size}.get(settings.kind, 1)
    letter = symbols if settings.kind == "one-layer" else settings.n_embd
    width = settings.block_size * letter + layers * settings.n_hidden + symbols
    if rows * width > limits.numbers:
        raise ValueError(
            f"{rows:,} examples at once are too many for this model. Give a batch "
            "size, 32 for example."
        )
