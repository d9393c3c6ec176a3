"""Does a run match the lecture? Its numbers beside those that were printed, where there are any.

What was printed stands in `reproduce.printed`, and in `reproduce.finals` which run shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from makemore.recipes import RECIPES, Recipe
from makemore.reproduce.finals import AT_STEP, FINALS, Final
from makemore.reproduce.printed import PRINTED

ENDS = {**FINALS, "deep.1001": Final(("deep",), ("train", "dev"))}
FREE = ("name", "title", "corpus", "steps")  # what may differ without changing a digit


@dataclass(frozen=True)
class Verdict:
    """One printed number and ours. what: "step 0" or "train"; tolerance: absolute."""

    what: str
    printed: float
    ours: float
    tolerance: float

    @property
    def met(self) -> bool:
        """Ours is as near as the number is held to."""
        return abs(self.ours - self.printed) <= self.tolerance


def has_printed_numbers(name: str) -> bool:
    """Whether anything was printed that a run of this recipe can be held to."""
    return any(at.recipe == name for at in AT_STEP.values()) or any(
        name in end.recipes for end in ENDS.values()
    )


def is_recipe(recipe: Recipe, name: str) -> bool:
    """Whether these settings draw the same numbers as the recipe of that name."""
    ours, theirs = recipe.to_dict(), RECIPES[name].to_dict()
    return all(ours[key] == theirs[key] for key in ours if key not in FREE)


def verdicts(
    name: str,
    losses: Sequence[float],
    final: Mapping[str, float] | None,
) -> list[Verdict]:
    """What a run of RECIPES[name] on the recipe's own words can be held to so far.

    losses: batch losses from step 0; final: losses by part, once all its steps are done.
    """
    found = [
        Verdict(f"step {at.step:,}", value, losses[at.step], PRINTED[id].tolerance)
        for id, at in AT_STEP.items()
        if at.recipe == name
        and at.step < len(losses)
        and isinstance(value := PRINTED[id].value, float)
    ]
    if final is not None and len(losses) >= RECIPES[name].steps:
        found += _ends(name, final)
    return found


def _ends(name: str, final: Mapping[str, float]) -> list[Verdict]:
    found: dict[str, Verdict] = {}
    for id, end in ENDS.items():
        row: Any = PRINTED[id].value
        if name not in end.recipes or row is None:
            continue
        row = row[end.recipes.index(name)] if len(end.recipes) > 1 else row
        for part, printed in zip(end.parts, row):
            if part in final:  # the tightest of several entries counts
                verdict = Verdict(part, printed, final[part], PRINTED[id].tolerance)
                if part not in found or verdict.tolerance < found[part].tolerance:
                    found[part] = verdict
    return list(found.values())
