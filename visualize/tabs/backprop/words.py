"""The Backprop tab in sentences: how many gradients agree, what a mistake spoils, one tensor."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from makemore.backprop.chain import FusedRecord, TensorRecord
from makemore.evaluation import random_guess
from visualize.tabs.backprop.one_pass import RECIPE, Pass, uses
from visualize.tabs.backprop.pictures import where
from visualize.tabs.backprop.sums import backward_sum, number
from visualize.tabs.backprop.values import value_line

EMPHASIS = re.compile(r"\*(\w+)\*")  # Markdown's, where text is shown as it is
Line = tuple[str, str, str]  # what it is, the text, and how it is set: text, formula or wrong


def headline(seen: Pass) -> str:
    """How many of the gradients agree with autograd's."""
    records, wrong = seen.done.records, seen.done.wrong()
    count, exact = len(records), sum(record.exact for record in records)
    if wrong:
        verb = "are" if len(wrong) > 1 else "is"
        return f"{len(wrong)} of {count} gradients {verb} wrong: {_first_and_last(wrong)}"
    if exact == count:
        return f"All {count} gradients agree with autograd, to the last bit"
    return f"All {count} gradients agree with autograd; {exact} of them to the last bit"


def _first_and_last(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"from {names[0]} back to {names[-1]}"


def mistake_lines(seen: Pass) -> list[Line]:
    """What was forgotten, and how far it spread; nothing if all is mended."""
    mistake = seen.done.broken
    if mistake is None:
        return []
    reached, wrong = seen.downstream(mistake.tensor), seen.done.wrong()
    spared = [name for name in reached if name not in wrong]
    spread = f"The gradient of {mistake.tensor} is used for nothing else."
    if len(reached) > 1:
        spoilt = _share(len(wrong) - (mistake.tensor in wrong), len(reached) - 1)
        spread = (
            f"{len(reached) - 1} gradients are computed from that of {mistake.tensor}, "
            f"directly or not; {spoilt} wrong."
        )
    if wrong and spared:
        spread += f" Right all the same: {', '.join(spared)}."
    said = EMPHASIS.sub(r"\1", mistake.explanation)
    return [
        ("What is wrong", said, "wrong" if wrong else "text"),
        ("How far it spread", spread, "text"),
    ]


def _share(part: int, whole: int) -> str:
    if part in (0, whole):
        return "none of them is" if part == 0 else "all of them are"
    return f"{part} of them {'is' if part == 1 else 'are'}"


def tensor_title(seen: Pass, key: str) -> str:
    """A tensor, its shape, and whether its gradient is right."""
    record = seen.records[key]
    name = f"d{record.name}" + (", in one step" if isinstance(record, FusedRecord) else "")
    shape = " × ".join(map(str, record.shape))
    if record.exact:
        return f"{name} ({shape}): by hand and by autograd the same, to the last bit"
    apart = number(record.largest_difference)
    if record.approximate:
        return f"{name} ({shape}): the same but for rounding, at most {apart} apart"
    largest = number(np.abs(record.autograd).max())
    return f"{name} ({shape}): wrong by up to {apart}, where autograd’s largest is {largest}"


def tensor_lines(seen: Pass, key: str, *, note: str = "") -> list[Line]:
    """How a tensor is made, how its gradient, and what goes in and out of it."""
    record = seen.records[key]
    made = " is a parameter" if record.forward == "parameter" else f" = {record.forward}"
    lines = [
        ("Forward", record.name + made, "formula"),
        ("Backward", f"d{record.name} = {record.backward}", "formula"),
        ("On the way", _way(seen, record), "text"),
    ]
    if record.verdict == "wrong":
        lines.append(("Why", _blame(seen, record), "wrong"))
    if isinstance(record, FusedRecord):
        lines.append(("In one step", _fused(seen, record), "text"))
    if record.name == "logits":
        lines.append(("Rows", _rows(record.by_hand, seen.done.targets), "text"))
    return [*lines, ("Picture", f"{note[0].upper()}{note[1:]}.", "text")] if note else lines


def _way(seen: Pass, record: TensorRecord) -> str:
    """Which gradients it is computed from, and which are computed from it."""
    came = _listed(uses(record)) or "the loss itself"
    if isinstance(record, FusedRecord):
        return f"Computed from {came}: the steps between are left out."
    if record.forward == "parameter":
        return f"Computed from {came}. A parameter: here the way ends, and training takes its step."
    return f"Computed from {came}; used for {_listed(seen.users(record.name))}."


def _listed(names: Sequence[str]) -> str:
    names = [f"d{name}" for name in names]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _blame(seen: Pass, record: TensorRecord) -> str:
    if record.mistaken:
        return "The mistake is in this very step."
    spoilt = [name for name in uses(record) if name in seen.done.wrong()]
    return f"This step is right. What comes in is wrong already: {_listed(spoilt)}."


def _fused(seen: Pass, record: FusedRecord) -> str:
    apart = record.forward_difference
    same = f"by at most {number(apart)}" if apart else "not at all"
    said = f"One formula for the whole row of steps; forward it differs from the long way {same}."
    if record.name in seen.done.wrong() and record.verdict != "wrong":
        said += " It is right although the long way is broken: it does not go there."
    return said


def _rows(grad: np.ndarray, targets: np.ndarray) -> str:
    """dlogits (B, V) as forces: what is pulled up is pushed down elsewhere in the row."""
    largest = number(np.abs(grad.sum(1)).max())
    pulled = grad < 0  # (B, V): a step against the gradient makes these logits larger
    right = int(((pulled.sum(1) == 1) & pulled[np.arange(len(targets)), targets]).sum())
    said = f"Each row sums to zero but for rounding: the largest sum is {largest}. "
    if right == len(targets):
        return said + (
            "In every row one cell is negative: the right letter, whose logit is pulled "
            "up. All others are pushed down, each as hard as it is likely, and the "
            "pushes together weigh as much as the pull."
        )
    return said + (
        f"But only in {right} of {len(targets)} rows is the right letter, and nothing "
        "else, pulled up."
    )


def cell_title(seen: Pass, key: str, place: int) -> str:
    """Which cell it is, and the number that stands there."""
    record = seen.records[key]
    return f"One cell: {where(seen, record, place)}"


def cell_lines(seen: Pass, key: str, place: int) -> list[Line]:
    """One number of the tensor and of its gradient, with the numbers that made them."""
    record = seen.records[key]
    at = np.unravel_index(place, record.shape)
    value, hand, auto = (
        float(array[at]) for array in (record.value, record.by_hand, record.autograd)
    )
    products = backward_sum(seen.done, key, at)
    computed = number(products.total if record.mistaken else hand)
    lines = [
        (record.name, f"{value_line(seen.done, record.name, at)} = {number(value)}", "formula"),
        (f"d{record.name}", f"{products} = {computed}", "formula"),
    ]
    if record.mistaken:
        lines[-1] = ("done right", *lines[-1][1:])
        lines.append(("the code gave", number(hand), "formula"))
    tone = "text" if np.isclose(hand, auto, rtol=1e-5, atol=1e-8) else "wrong"
    return [
        *lines,
        ("autograd", number(auto), "formula"),
        ("difference", number(abs(hand - auto)), tone),
    ]


def batch_words(seen: Pass, corpus_name: str, *, synthetic: bool) -> str:
    """What runs here: the net, the batch, its loss. Plain text, in Markdown."""
    guess = random_guess(len(seen.vocabulary))
    drawn = " The words are drawn from a model: the real list is not on this machine."
    hidden = RECIPE.model.n_hidden
    return (
        f"Batch {seen.number}: {seen.size} examples from {corpus_name}; loss "
        f"**{seen.done.loss:#.4g}** nats (a guess: {guess:#.4g}). The net is lecture 4’s, "
        f"fresh at its start, whichever model the sidebar has: {hidden} hidden neurons, "
        f"{seen.parameters:,} parameters.{drawn if synthetic else ''}"
    )


def chip_words(record: TensorRecord) -> str:
    """What a screen reader says of a chip."""
    verdict = {
        "exact": "agrees to the last bit",
        "approximate": "agrees but for rounding",
        "wrong": "wrong",
    }[record.verdict]
    fused = ", in one step" if isinstance(record, FusedRecord) else ""
    return f"d{record.name}{fused}, {' by '.join(map(str, record.shape))}, {verdict}"
