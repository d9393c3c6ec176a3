"""What the notebooks printed: every number that has to come out, with the tolerance it is held to.

"lecture" is the makemore series of nn-zero-to-hero, parts 1 to 5. "Notebook A" to "E" are five
public notebooks that follow it: A a hierarchical MLP on handles, B the MLP with 2-D embeddings, C
the backward pass by hand, D bigram counts and the one-layer net, E n-gram counts.

A number that was never printed has the value None: the table then shows ours only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from makemore.reproduce.finals import FINALS

Value = int | float | str | Sequence["Value"]


@dataclass(frozen=True)
class Printed:
    """One entry. tolerance: absolute, on each number of the value.

    note: where it was printed, and what is known of it; why: what a miss comes from, where that is
    known beforehand.
    """

    id: str
    system: str
    setting: str
    value: Value | None
    tolerance: float = 0.0
    note: str = ""
    why: str = ""

    @property
    def full(self) -> bool:
        """It takes a training of minutes and waits for --full."""
        return self.id in FINALS


def _of(system: str, *rows: tuple, why: str = "") -> list[Printed]:
    return [replace(Printed(row[0], system, *row[1:]), why=why) for row in rows]


UNSEEDED = (
    "The notebook drew from an unseeded generator: its own digits change from run to run, "
    "by about 0.01."
)
ROUNDING = (
    "Same seed, same arithmetic, but float32 rounds differently on another processor or "
    "another PyTorch, and 200,000 steps make that visible."
)
NEVER = "never printed"

_COUNTS = [
    *_of(
        "data",
        ("data.words", "names.txt", 32033),
        ("data.symbols", "names.txt", 27, 0, "26 letters and the end mark"),
        ("data.longest", "names.txt", 15),
        ("data.bigrams", "names.txt", 228146),
        ("data.distinct", "names.txt", 29494, 0, "2,539 repeat another: a random split leaks"),
        ("data.split", "examples in train, dev, test; seed 42", [182625, 22655, 22866]),
        ("data.dev_words_in_train", "the same split", 424, 0, "of 3,203"),
        ("data.test_words_in_train", "the same split", 377, 0, "of 3,204"),
    ),
    *_of(
        "bigram counts",
        *[
            (f"bigram.count.{pair}", "names.txt", count)
            for pair, count in (
                ("n.", 6763),
                ("a.", 6640),
                ("an", 5438),
                (".a", 4410),
                ("e.", 3983),
                ("ar", 3264),
                ("el", 3248),
            )
        ],
        ("bigram.zero_cells", "names.txt", 102, 0, "of 729"),
        ("bigram.p.start_a", "raw row", 0.1377, 5e-05),
        ("bigram.nll.raw", "raw counts, whole file, float64", 2.45401, 1e-05, "notebook E"),
        ("bigram.nll.plus1", "+1, whole file, float64", 2.45458, 1e-05),
        (
            "bigram.loglik.float32",
            "+1, running sum in float32, file order",
            -559951.5625,
            0.5,
            "notebook D",
        ),
        ("bigram.nll.float32", "the same", 2.4543561935424805, 1e-06, "notebook D"),
    ),
    *_of(
        "n-gram counts",
        ("ngram.1", "unigram: train, dev, test", [2.8226, 2.821, 2.8255], 0.0001),
        ("ngram.2", "bigram +1, likewise", [2.4548, 2.4533, 2.4584], 0.0001),
        ("ngram.3", "trigram +0.1, likewise", [2.1874, 2.2225, 2.224], 0.0001),
        (
            "ngram.4",
            "4-gram +0.1, likewise",
            [1.9187, 2.1018, 2.1044],
            0.0001,
            "as good as the MLP with BatchNorm",
        ),
        ("ngram.5", "5-gram +0.1, likewise", None, 0, f"{NEVER}; the overfit turn"),
    ),
    *_of(
        "dice",
        (
            "dice.coin",
            "bigram +1, seed 2147483647",
            ["mor", "axx", "minaymoryles", "kondlaisah", "anchshizarie"],
            0,
            "lecture 1",
        ),
        (
            "dice.race",
            "the same",
            [
                "cexze",
                "momasurailezitynn",
                "konimittain",
                "llayn",
                "ka",
                "da",
                "staiyaubrtthrigotai",
                "moliellavo",
                "ke",
                "teda",
            ],
            0,
            "torch.multinomial of today",
        ),
        (
            "dice.race-mkl",
            "the same",
            [
                "junide",
                "janasah",
                "p",
                "cony",
                "a",
                "nn",
                "kohin",
                "tolian",
                "juee",
                "ksahnaauranilevias",
            ],
            0,
            "notebook D",
        ),
        (
            "dice.notebook_e",
            "race-mkl, raw bigram counts, seed 0",
            None,
            0,
            "notebook E's ten names",
        ),
        (
            "dice.net.lecture1",
            "coin, the one-layer net after its 300 steps",
            ["mor", "axx", "minaymoryles", "kondlaisah", "anchthizarie"],
            0,
            "lecture 1: one letter from the counts' names",
        ),
        ("dice.net.notebook_d", "race-mkl, the same net", None, 0, "notebook D's ten names"),
    ),
]

_NETS = [
    *_of(
        "one-layer net",
        ("net.emma", "before training, the five bigrams of .emma.", 3.7693, 0.0001, "lecture 1"),
        *[
            (f"net.step{step}", "lr 50, +0.01 mean(W^2)", loss, 2e-05, "notebook D")
            for step, loss in ((0, 3.768619), (1, 3.378809), (2, 3.16109), (53, 2.50738))
        ],
    ),
    *_of(
        "MLP, 2-D embedding",
        ("mlp2d.params", "100 hidden, block 3", 3481),
        ("mlp2d.32.step0", "first 5 words (32 examples)", 17.7697, 0.0001, "notebook B"),
        *[
            (f"mlp2d.32.step{step}", "the same, full batch, lr 0.1", loss, 0.0002, "notebook B")
            for step, loss in ((10, 3.98585), (11, 3.60283), (12, 3.26214))
        ],
        ("mlp2d.all.step0", "whole file, same start", 19.50523, 0.001),
        *[
            (f"mlp2d.all.step{step}", "the same, full batch, lr 0.1", loss, 0.001, "notebook B")
            for step, loss in ((10, 10.709587), (11, 10.407632), (12, 10.127808))
        ],
    ),
    *_of(
        "MLP (lecture 2)",
        ("mlp.params", "embedding 10, hidden 200, block 3", 11897),
        ("mlp.final", "200k steps: train, dev", [2.126, 2.1701], 0.02, "lecture 2"),
        ("mlp.test", "the same: test", None, 0, NEVER),
        why=UNSEEDED,
    ),
    *_of(
        "initial loss ladder (lecture 3)",
        ("init.expected", "ln 27", 3.2958, 0.0001),
        ("init.original", "first batch, as lecture 2 left it", 27.8817, 0.0001),
        ("init.softmax_fix", "W2*0.01, b2*0", 3.3221, 0.0001),
        ("init.tanh_fix", "also W1*0.2, b1*0.01", 3.3135, 0.0001),
        ("init.kaiming", "W1*(5/3)/sqrt(30) instead", 3.3179, 0.0001),
        (
            "ladder.final",
            "200k steps each: train, dev of the four",
            [[2.12454, 2.1682], [2.07, 2.13], [2.0356, 2.10268], [2.03766, 2.10699]],
            0.01,
        ),
        ("ladder.test", "the same: test", None, 0, NEVER),
    ),
    *_of(
        "MLP + BatchNorm (lecture 3)",
        ("bn.params", "names.txt", 12097),
        ("bn.step0", "batch loss", 3.3239, 0.0001),
        ("bn.step10k", "batch loss", 2.0322, 0.0001),
        ("bn.final", "200k steps: train, dev", [2.0674145, 2.1056838], 0.0001),
        ("bn.test", "the same: test", None, 0, NEVER),
        why=ROUNDING,
    ),
    *_of(
        "deep net (lecture 3)",
        ("deep.params", "6 layers, BatchNorm everywhere", 47024),
        ("deep.step0", "batch loss", 3.287, 0.0001),
        ("deep.1001", "after 1,001 steps: train, dev", [2.4003, 2.39825], 0.0001),
        ("deep.1001.test", "the same: test", None, 0, NEVER),
        (
            "deep.saturation",
            "|tanh| > 0.97 in the last batch, percent",
            [2.78, 2.56, 2.25, 1.69, 1.88],
            0.01,
        ),
        (
            "deep.grad_std",
            "std of the gradient at the first and the last tanh",
            [2.64e-3, 1.95e-3],
            5e-6,
            "lecture 3's second picture",
        ),
        ("deep.grad_std.all", "the same, all five", None),
    ),
    *_of(
        "backward by hand (lecture 4)",
        ("manual.params", "hidden 64; hidden 200", [4137, 12297]),
        (
            "manual.exact",
            "of 26 gradients, how many equal autograd's to the last bit",
            26,
            0,
            "lecture 4",
        ),
        (
            "manual.grads",
            "largest difference from autograd, 7 parameters, 100 steps",
            0.0,
            1e-07,
            "notebook C prints at most 1.5e-8",
        ),
        why="The last bits depend on whether the processor rounds a * b + c once or twice.",
    ),
    *_of(
        "backward by hand (lecture 4)",
        (
            "manual.final50k",
            "50k steps, calibrated: train, dev, test",
            [2.1318, 2.1517, 2.1521],
            0.015,
            "notebook C",
        ),
        ("manual.final200k", "200k steps: train, dev", [2.0705, 2.1099], 0.015, "lecture 4"),
        ("manual.test200k", "the same: test", None, 0, NEVER),
        why=UNSEEDED,
    ),
    *_of(
        "WaveNet (lecture 5)",
        ("wavenet.params", "embedding 24, hidden 128, block 8", 76579),
        ("wavenet.step0", "batch loss", 3.3167, 0.0001),
        ("wavenet.step10k", "batch loss", 2.0576, 0.001),
        ("wavenet.final", "200k steps: train, dev", [1.76903, 1.99365], 0.002),
        ("wavenet.test", "the same: test", None, 0, NEVER),
        why=ROUNDING,
    ),
    *_of(
        "WaveNet ladder (lecture 5)",
        (
            "ladder5",
            "params, train, dev: flat 3, flat 8, WaveNet 10/68, WaveNet 24/128",
            [
                [12097, 2.058, 2.105],
                [22097, 1.918, 2.027],
                [22397, 1.912, 2.022],
                [76579, 1.769, 1.993],
            ],
            0.01,
        ),
        ("ladder5.test", "the same: test", None, 0, NEVER),
        (
            "ladder5.bug",
            "WaveNet 10/68 before the bug in BatchNorm is found",
            [22397, 1.941, 2.029],
            0.01,
            "lecture 5's log; not in the reference list",
        ),
        why="The logged rows came from an unknown state of the generator: about 0.01 of noise.",
    ),
    *_of(
        "WaveNet on handles (notebook A)",
        (
            "handles.params",
            "65 symbols, as notebook A has them",
            82393,
            0,
            '"." is both a letter and the end there; with the end apart, 66 symbols: 82,546',
        ),
        (
            "handles.shapes",
            "a batch of 4, layer by layer",
            [
                [4, 8, 24],
                [4, 4, 48],
                [4, 4, 128],
                [4, 4, 128],
                [4, 4, 128],
                [4, 2, 256],
                [4, 2, 128],
                [4, 2, 128],
                [4, 2, 128],
                [4, 256],
                [4, 128],
                [4, 128],
                [4, 128],
                [4, 65],
            ],
        ),
        (
            "handles.final",
            "200k steps, its list of Sept 2025: train, dev",
            [1.9102, 3.5627],
            0.15,
            "another list gives other digits; the point is the overfit",
        ),
        ("handles.test", "the same: test", None, 0, NEVER),
    ),
]

PRINTED: dict[str, Printed] = {entry.id: entry for entry in (*_COUNTS, *_NETS)}
