"""One folder a tab. Each has build(app), which lays the tab out and wires it."""

from __future__ import annotations

from collections.abc import Callable

from visualize.page.state import AppContext
from visualize.tabs import (
    backprop,
    bigrams,
    data,
    embeddings,
    game,
    generate,
    inside,
    scoreboard,
    train,
)

TABS: dict[str, Callable[[AppContext], None]] = {
    "Data": data.build,
    "Bigrams": bigrams.build,
    "Train": train.build,
    "Embeddings": embeddings.build,
    "Inside": inside.build,
    "Backprop": backprop.build,
    "Generate": generate.build,
    "Game": game.build,
    "Scoreboard": scoreboard.build,
}
