"""Which finished trainings an entry is read from: plain data, no training here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Final:
    """recipes: keys of RECIPES; parts: of each, "params", "train", "dev" or "test"."""

    recipes: tuple[str, ...]
    parts: tuple[str, ...]


LADDER_3 = ("init-original", "init-softmax", "init-tanh", "init-kaiming")
LADDER_5 = ("flat-3", "flat-8", "wavenet-small", "wavenet")
BOTH = ("train", "dev")

FINALS: dict[str, Final] = {
    "mlp.final": Final(("mlp",), BOTH),
    "mlp.test": Final(("mlp",), ("test",)),
    "ladder.final": Final(LADDER_3, BOTH),
    "ladder.test": Final(LADDER_3, ("test",)),
    "bn.final": Final(("mlp-bn",), BOTH),
    "bn.test": Final(("mlp-bn",), ("test",)),
    "manual.final50k": Final(("manual-backprop",), (*BOTH, "test")),
    "manual.final200k": Final(("manual-backprop-200k",), BOTH),
    "manual.test200k": Final(("manual-backprop-200k",), ("test",)),
    "wavenet.final": Final(("wavenet",), BOTH),
    "wavenet.test": Final(("wavenet",), ("test",)),
    "ladder5": Final(LADDER_5, ("params", *BOTH)),
    "ladder5.test": Final(LADDER_5, ("test",)),
    "handles.final": Final(("wavenet-handles-notebook",), BOTH),
    "handles.test": Final(("wavenet-handles-notebook",), ("test",)),
}
