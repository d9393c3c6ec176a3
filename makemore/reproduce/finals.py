"""Which training an entry is read from: plain data, no training here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Final:
    """recipes: keys of RECIPES; parts: of each, "params", "train", "dev" or "test"."""

    recipes: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True)
class AtStep:
    """The batch loss at a step of a recipe, before that step's update."""

    recipe: str
    step: int


AT_STEP: dict[str, AtStep] = {
    **{f"net.step{step}": AtStep("one-layer", step) for step in (0, 1, 2, 53)},
    **{f"mlp2d.32.step{step}": AtStep("mlp2d-32", step) for step in (0, 10, 11, 12)},
    **{f"mlp2d.all.step{step}": AtStep("mlp2d-all", step) for step in (0, 10, 11, 12)},
    "init.original": AtStep("init-original", 0),
    "init.softmax_fix": AtStep("init-softmax", 0),
    "init.tanh_fix": AtStep("init-tanh", 0),
    "init.kaiming": AtStep("init-kaiming", 0),
    "bn.step0": AtStep("mlp-bn", 0),
    "bn.step10k": AtStep("mlp-bn", 10_000),
    "deep.step0": AtStep("deep", 0),
    "wavenet.step0": AtStep("wavenet", 0),
    "wavenet.step10k": AtStep("wavenet", 10_000),
}

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
    "ladder5.bug": Final(("wavenet-small-bug",), ("params", *BOTH)),
    "handles.final": Final(("wavenet-handles-notebook",), BOTH),
    "handles.test": Final(("wavenet-handles-notebook",), ("test",)),
}
