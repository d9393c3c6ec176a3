"""The progress bar of the long trainings."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tqdm import tqdm

from makemore.corpora.corpus import CorpusError
from makemore.recipes import RECIPES
from makemore.reproduce.work import Work


class Bar:
    """One bar over the steps of all long trainings, so that the time left is that of the whole
    command. Without long trainings there is none.
    """

    def __init__(self, work: Work, recipes: Sequence[str]) -> None:
        self.work = work
        self.at = {recipe: self._kept(recipe) for recipe in recipes}
        self.total = sum(RECIPES[recipe].steps for recipe in recipes)

    def __enter__(self) -> Bar:
        self.work.watch = self.watch
        self.bar = tqdm(
            total=self.total,
            initial=sum(self.at.values()),
            unit="step",
            unit_scale=True,
            disable=None if self.at else True,
        )
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        self.bar.close()
        if kind is KeyboardInterrupt and self.at:
            print("stopped; the same command goes on from here", file=sys.stderr)

    def _kept(self, recipe: str) -> int:
        """The step that an earlier call has reached."""
        try:
            kept = self.work.long_run(recipe).kept()
        except CorpusError:  # it cannot run: the table will say so
            return RECIPES[recipe].steps
        return kept.step if kept else 0

    def watch(self, recipe: str, step: int, loss: float) -> None:
        """A training has come to this step."""
        self.bar.set_description(recipe, refresh=False)
        self.bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
        self.bar.update(step - self.at[recipe])
        self.at[recipe] = step

    def say(self, line: str) -> None:
        """Print above the bar."""
        tqdm.write(line)
        sys.stdout.flush()
