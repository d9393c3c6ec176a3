"""The command line: python -m makemore train | sample | score | corpora | reproduce | bench."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from tqdm import tqdm

from makemore import __version__
from makemore.checkpoint.checkpoint import load_checkpoint, save_checkpoint
from makemore.corpora.corpus import CorpusError
from makemore.corpora.fetch import FETCHED, fetch_corpus
from makemore.corpora.registry import CORPORA, load_corpus
from makemore.dice import DICE
from makemore.evaluation import bits, random_guess, surprisal
from makemore.recipes import RECIPES
from makemore.reproduce.bench import ratios
from makemore.reproduce.command import add_options as reproduce_options
from makemore.sampling import Sampling, sample, score
from makemore.training import Run, start_run, train

CHECKPOINTS = Path(__file__).resolve().parent.parent / "checkpoints"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0, or 2 after one clear line on what was wrong."""
    options = _parser().parse_args(arguments)
    torch.set_num_threads(options.threads)  # small nets: one thread is faster than two
    try:
        options.command(options)
    except (ValueError, OSError) as error:
        print(f"makemore: {error}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, BrokenPipeError):
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="makemore", description="Character-level language models."
    )
    parser.add_argument("--version", action="version", version=f"makemore lab {__version__}")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads for torch (1)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _train_options(commands.add_parser("train", help="train a recipe and keep it as a checkpoint"))
    _sample_options(commands.add_parser("sample", help="draw words from a checkpoint"))
    scoring = commands.add_parser("score", help="what each letter of a word costs")
    scoring.add_argument("checkpoint", help="a name in checkpoints/, or a folder")
    scoring.add_argument("words", nargs="+", metavar="WORD")
    scoring.set_defaults(command=score_command)
    listing = commands.add_parser("corpora", help="where words come from, and what is here")
    listing.add_argument("--fetch", choices=FETCHED, help="get this one over the network first")
    listing.set_defaults(command=corpora_command)
    benching = commands.add_parser("bench", help="how much faster one way is than another")
    benching.set_defaults(command=bench_command)
    reproduce_options(
        commands.add_parser("reproduce", help="every number that the notebooks print, beside ours")
    )
    return parser


def _train_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recipe", choices=RECIPES, metavar="RECIPE", help=", ".join(RECIPES))
    parser.add_argument("--out", type=Path, help="folder of the checkpoint (checkpoints/RECIPE)")
    parser.add_argument("--corpus", choices=CORPORA, help="instead of the recipe's own")
    parser.add_argument("--steps", type=_whole, help="instead of the recipe's own")
    parser.add_argument("--seed", type=_whole, help="instead of the recipe's own")
    parser.set_defaults(command=train_command)


def _sample_options(parser: argparse.ArgumentParser) -> None:
    usual = Sampling()
    parser.add_argument("checkpoint", help="a name in checkpoints/, or a folder")
    parser.add_argument("--count", type=_whole, default=10)
    parser.add_argument("--temperature", type=float, default=usual.temperature)
    parser.add_argument("--seed", type=_whole, default=usual.seed)
    parser.add_argument("--prefix", default=usual.prefix, help="every word begins with this")
    parser.add_argument("--top-k", type=_whole, default=usual.top_k, help="0: all letters")
    parser.add_argument("--top-p", type=float, default=usual.top_p, help="1: all letters")
    parser.add_argument("--die", choices=DICE, default=usual.die)
    parser.add_argument(
        "--one-line",
        action="store_true",
        help="one line of coins for all words, as the notebooks draw",
    )
    parser.set_defaults(command=sample_command)


def _whole(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"must be 0 or more, not {text}")
    return value


def train_command(options: argparse.Namespace) -> None:
    """Train, show the loss, keep a checkpoint; Ctrl-C keeps what has been reached."""
    changes = {
        key: getattr(options, key)
        for key in ("corpus", "steps", "seed")
        if getattr(options, key) is not None
    }
    recipe = replace(RECIPES[options.recipe], **changes)
    corpus = load_corpus(recipe.corpus)
    run = start_run(recipe, corpus.words)
    folder = options.out or CHECKPOINTS / recipe.name
    folder.mkdir(parents=True, exist_ok=True)  # now, not when minutes have been spent
    blown_up = False
    try:
        blown_up = _with_progress_bar(run)
    except KeyboardInterrupt:
        print(f"\nstopped at step {run.step:,}; keeping it", file=sys.stderr)
    save_checkpoint(run, folder, corpus=corpus)
    losses = load_checkpoint(folder).losses
    print(
        ", ".join(
            f"{part} {nats:.4f} nats ({bits(nats):.4f} bits)" for part, nats in losses.items()
        )
    )
    print(f"a random guess: {random_guess(len(run.vocabulary)):.4f} nats. Kept in {folder}")
    if blown_up:
        raise ValueError(
            f"the loss blew up: the learning rate is too high. Kept is step "
            f"{run.step:,}, the last good one"
        )


def _with_progress_bar(run: Run) -> bool:
    """Train to the end; whether the loss blew up on the way."""
    with tqdm(total=run.recipe.steps, unit="step", disable=None) as bar:
        for progress in train(run):
            bar.update(progress.step - bar.n)
            if progress.losses:
                bar.set_postfix(loss=f"{sum(progress.losses) / len(progress.losses):.4f}")
            if progress.diverged:
                return True
    return False


def sample_command(options: argparse.Namespace) -> None:
    """Print words, one a line."""
    checkpoint = load_checkpoint(_folder(options.checkpoint))
    settings = Sampling(
        seed=options.seed,
        temperature=options.temperature,
        top_k=options.top_k,
        top_p=options.top_p,
        prefix=options.prefix,
        die=options.die,
        one_line=options.one_line,
    )
    for drawn in sample(
        checkpoint.model, checkpoint.vocabulary, count=options.count, settings=settings
    ):
        print(drawn.word)


def score_command(options: argparse.Namespace) -> None:
    """Print the price of each letter, in bits."""
    checkpoint = load_checkpoint(_folder(options.checkpoint))
    for word in options.words:
        prices = [surprisal(p) for p in score(checkpoint.model, checkpoint.vocabulary, word)]
        letters = [*word, checkpoint.vocabulary.end_mark]
        print(
            f"{word}: {sum(prices) / len(prices):.3f} bits per letter  "
            + "  ".join(f"{letter} {price:.2f}" for letter, price in zip(letters, prices))
        )


def corpora_command(options: argparse.Namespace) -> None:
    """List the corpora, and what stands in the way of those that are not here."""
    if options.fetch:
        corpus = fetch_corpus(options.fetch)
        as_of = f", as of {corpus.as_of}" if corpus.as_of else ""
        print(f"{options.fetch}: {len(corpus):,} words{as_of}, kept for the next time")
        return
    for name in CORPORA:
        try:
            corpus = load_corpus(name)
            as_of = f", as of {corpus.as_of}" if corpus.as_of else ""
            print(f"{name:10} {len(corpus.words):7,} words  {corpus.source}{as_of}")
        except CorpusError as error:
            print(f"{name:10} not here     {error}")


def bench_command(options: argparse.Namespace) -> None:
    """Print each ratio as soon as it is measured."""
    for one in ratios():
        print(f"{one.ratio:6.1f} times  {one.what}  ({one.slow:.3f} s / {one.fast:.3f} s)")


def _folder(name: str) -> Path:
    """A checkpoint's folder, by path or by its name in checkpoints/."""
    path = Path(name)
    return path if path.is_dir() or "/" in name else CHECKPOINTS / name


if __name__ == "__main__":
    sys.exit(main())
