"""What the lectures print of one recipe: for whoever watches it train and wants to know whether it
matches.
"""

from __future__ import annotations

from dataclasses import dataclass

from .finals import AT_STEP, FINALS, SHORT_FINALS
from .printed import PRINTED


@dataclass(frozen=True)
class Expected:
    """One printed loss of a recipe, in nats.

    id:        of the entry in PRINTED
    part:      "train", "dev" or "test" at the end of the run, or None: the batch loss at `step`,
               before that step's update
    tolerance: how far off a loss that matches may be
    """

    id: str
    part: str | None
    step: int
    value: float
    tolerance: float

    def met(self, ours: float) -> bool:
        """Whether a loss of ours matches; NaN never does."""
        return abs(ours - self.value) <= self.tolerance


def expected(recipe: str, *, steps: int) -> list[Expected]:
    """All printed losses of a key of RECIPES, by step; [] where nothing was printed.

    steps: the length of the recipe's run, at the end of which its final losses are measured.
    """
    at_steps = [Expected(id_, None, at.step, PRINTED[id_].value, PRINTED[id_].tolerance)
                for id_, at in AT_STEP.items() if at.recipe == recipe]
    return [*at_steps, *_at_the_end(recipe, steps)]


def _at_the_end(recipe: str, steps: int) -> list[Expected]:
    found: dict[str, Expected] = {}
    for id_, final in {**FINALS, **SHORT_FINALS}.items():
        printed = PRINTED[id_]
        if printed.value is None or recipe not in final.recipes:
            continue
        row = printed.value if len(final.recipes) == 1 else (
            printed.value[final.recipes.index(recipe)])
        for part, value in zip(final.parts, row):
            if part != "params":  # of two entries for the same loss the first has more digits
                found.setdefault(part, Expected(id_, part, steps, value, printed.tolerance))
    return list(found.values())
